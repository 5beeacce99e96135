// Vector primitives for RivuletLanes: one operator a function, so that no compiler may contract two
// of them into a fused multiply-add. Masks hold all ones in a lane where a comparison holds.
#pragma once

#include <stdbool.h>

typedef double rivulet_double8 __attribute__((ext_vector_type(8)));
typedef long long rivulet_bits8 __attribute__((ext_vector_type(8)));
typedef unsigned long long rivulet_unsigned8 __attribute__((ext_vector_type(8)));
typedef double rivulet_packed8 __attribute__((ext_vector_type(8), aligned(8), may_alias));

#define RIVULET_INLINE static inline __attribute__((always_inline))

// Arithmetic
RIVULET_INLINE rivulet_double8 rivulet_add(rivulet_double8 a, rivulet_double8 b) { return a + b; }
RIVULET_INLINE rivulet_double8 rivulet_subtract(rivulet_double8 a, rivulet_double8 b) { return a - b; }
RIVULET_INLINE rivulet_double8 rivulet_multiply(rivulet_double8 a, rivulet_double8 b) { return a * b; }
RIVULET_INLINE rivulet_double8 rivulet_divide(rivulet_double8 a, rivulet_double8 b) { return a / b; }
RIVULET_INLINE rivulet_double8 rivulet_square_root(rivulet_double8 a) {
  return __builtin_elementwise_sqrt(a);
}
// b where the numbers are equal or one is NaN
RIVULET_INLINE rivulet_double8 rivulet_minimum(rivulet_double8 a, rivulet_double8 b) {
  return a < b ? a : b;
}
RIVULET_INLINE rivulet_double8 rivulet_maximum(rivulet_double8 a, rivulet_double8 b) {
  return a > b ? a : b;
}

// Comparisons: false where a number is NaN
RIVULET_INLINE rivulet_bits8 rivulet_less(rivulet_double8 a, rivulet_double8 b) {
  return (rivulet_bits8)(a < b);
}
RIVULET_INLINE rivulet_bits8 rivulet_less_or_equal(rivulet_double8 a, rivulet_double8 b) {
  return (rivulet_bits8)(a <= b);
}
RIVULET_INLINE rivulet_bits8 rivulet_equal(rivulet_double8 a, rivulet_double8 b) {
  return (rivulet_bits8)(a == b);
}

// Choice by the highest bit of each lane of the mask
RIVULET_INLINE rivulet_double8 rivulet_select(
    rivulet_bits8 mask, rivulet_double8 a, rivulet_double8 b) {
  return mask ? a : b;
}
RIVULET_INLINE bool rivulet_any(rivulet_bits8 mask) { return __builtin_reduce_or(mask) != 0; }

// Bits
RIVULET_INLINE rivulet_bits8 rivulet_bits_of(rivulet_double8 a) { return (rivulet_bits8)a; }
RIVULET_INLINE rivulet_double8 rivulet_double_of(rivulet_bits8 a) { return (rivulet_double8)a; }
RIVULET_INLINE rivulet_bits8 rivulet_and(rivulet_bits8 a, rivulet_bits8 b) { return a & b; }
RIVULET_INLINE rivulet_bits8 rivulet_or(rivulet_bits8 a, rivulet_bits8 b) { return a | b; }
RIVULET_INLINE rivulet_bits8 rivulet_exclusive_or(rivulet_bits8 a, rivulet_bits8 b) { return a ^ b; }
RIVULET_INLINE rivulet_bits8 rivulet_add_bits(rivulet_bits8 a, rivulet_bits8 b) {
  return (rivulet_bits8)((rivulet_unsigned8)a + (rivulet_unsigned8)b);
}
RIVULET_INLINE rivulet_bits8 rivulet_subtract_bits(rivulet_bits8 a, rivulet_bits8 b) {
  return (rivulet_bits8)((rivulet_unsigned8)a - (rivulet_unsigned8)b);
}
// Shifts bring in zeros; the distance is 0 to 63
RIVULET_INLINE rivulet_bits8 rivulet_shift_left(rivulet_bits8 a, int distance) {
  return (rivulet_bits8)((rivulet_unsigned8)a << (rivulet_unsigned8)(unsigned long long)distance);
}
RIVULET_INLINE rivulet_bits8 rivulet_shift_right(rivulet_bits8 a, int distance) {
  return (rivulet_bits8)((rivulet_unsigned8)a >> (rivulet_unsigned8)(unsigned long long)distance);
}

// One number to all lanes, and eight numbers from and to memory aligned to one number
RIVULET_INLINE rivulet_double8 rivulet_broadcast(double a) { return (rivulet_double8)a; }
RIVULET_INLINE rivulet_bits8 rivulet_broadcast_bits(long long a) { return (rivulet_bits8)a; }
RIVULET_INLINE rivulet_double8 rivulet_load(const double *_Nonnull from) {
  return *(const rivulet_packed8 *)from;
}
RIVULET_INLINE void rivulet_store(rivulet_double8 a, double *_Nonnull to) {
  *(rivulet_packed8 *)to = a;
}

// Vector primitives in single precision for RivuletLanes, one operator a function as in rivulet_lanes.h.
#pragma once

#include "rivulet_lanes.h"
#include "rivulet_lanes_integer.h"

typedef float rivulet_float8 __attribute__((ext_vector_type(8)));
typedef int rivulet_int8 __attribute__((ext_vector_type(8)));
typedef unsigned int rivulet_uint8 __attribute__((ext_vector_type(8)));
typedef float rivulet_float8_packed __attribute__((ext_vector_type(8), aligned(4), may_alias));

// Arithmetic
RIVULET_INLINE rivulet_float8 rivulet_float_add(rivulet_float8 a, rivulet_float8 b) { return a + b; }
RIVULET_INLINE rivulet_float8 rivulet_float_subtract(rivulet_float8 a, rivulet_float8 b) {
  return a - b;
}
RIVULET_INLINE rivulet_float8 rivulet_float_multiply(rivulet_float8 a, rivulet_float8 b) {
  return a * b;
}
RIVULET_INLINE rivulet_float8 rivulet_float_divide(rivulet_float8 a, rivulet_float8 b) {
  return a / b;
}
RIVULET_INLINE rivulet_float8 rivulet_float_square_root(rivulet_float8 a) {
  return __builtin_elementwise_sqrt(a);
}
// b where the numbers are equal or one is NaN
RIVULET_INLINE rivulet_float8 rivulet_float_minimum(rivulet_float8 a, rivulet_float8 b) {
  return a < b ? a : b;
}
RIVULET_INLINE rivulet_float8 rivulet_float_maximum(rivulet_float8 a, rivulet_float8 b) {
  return a > b ? a : b;
}

// Comparisons: all ones where they hold, false where a number is NaN
RIVULET_INLINE rivulet_int8 rivulet_float_less(rivulet_float8 a, rivulet_float8 b) {
  return (rivulet_int8)(a < b);
}
RIVULET_INLINE rivulet_int8 rivulet_float_less_or_equal(rivulet_float8 a, rivulet_float8 b) {
  return (rivulet_int8)(a <= b);
}

// Choice by the highest bit of each lane of the mask
RIVULET_INLINE rivulet_float8 rivulet_float_select(
    rivulet_int8 mask, rivulet_float8 a, rivulet_float8 b) {
  return mask < 0 ? a : b;
}

// Bits, and integers modulo 2^32
RIVULET_INLINE rivulet_int8 rivulet_int_of(rivulet_float8 a) { return (rivulet_int8)a; }
RIVULET_INLINE rivulet_float8 rivulet_float_of(rivulet_int8 a) { return (rivulet_float8)a; }
RIVULET_INLINE rivulet_int8 rivulet_int_and(rivulet_int8 a, rivulet_int8 b) { return a & b; }
RIVULET_INLINE rivulet_int8 rivulet_int_or(rivulet_int8 a, rivulet_int8 b) { return a | b; }
RIVULET_INLINE rivulet_int8 rivulet_int_xor(rivulet_int8 a, rivulet_int8 b) { return a ^ b; }
RIVULET_INLINE rivulet_int8 rivulet_int_add(rivulet_int8 a, rivulet_int8 b) {
  return (rivulet_int8)((rivulet_uint8)a + (rivulet_uint8)b);
}
RIVULET_INLINE rivulet_int8 rivulet_int_subtract(rivulet_int8 a, rivulet_int8 b) {
  return (rivulet_int8)((rivulet_uint8)a - (rivulet_uint8)b);
}
// Shifts bring in zeros; the distance is 0 to 31
RIVULET_INLINE rivulet_int8 rivulet_int_shift_left(rivulet_int8 a, int distance) {
  return (rivulet_int8)((rivulet_uint8)a << (rivulet_uint8)(unsigned)distance);
}
RIVULET_INLINE rivulet_int8 rivulet_int_shift_right(rivulet_int8 a, int distance) {
  return (rivulet_int8)((rivulet_uint8)a >> (rivulet_uint8)(unsigned)distance);
}

// Conversions, to nearest
RIVULET_INLINE rivulet_float8 rivulet_float_from_int(rivulet_int8 a) {
  return __builtin_convertvector(a, rivulet_float8);
}
RIVULET_INLINE rivulet_double8 rivulet_double_from_float(rivulet_float8 a) {
  return __builtin_convertvector(a, rivulet_double8);
}
RIVULET_INLINE rivulet_float8 rivulet_float_from_double(rivulet_double8 a) {
  return __builtin_convertvector(a, rivulet_float8);
}

// The lower halves of eight words that stand in the order 0 1 4 5 2 3 6 7, in the order 0 to 7. In
// this order each register of the result takes from two of the words' in one instruction.
RIVULET_INLINE rivulet_int8 rivulet_int_from_paired_words(rivulet_word8 a) {
  typedef int int16 __attribute__((ext_vector_type(16)));
  int16 halves = (int16)a;
  return __builtin_shufflevector(halves, halves, 0, 2, 8, 10, 4, 6, 12, 14);
}

// One number to all lanes, and eight numbers from and to memory aligned to one number
RIVULET_INLINE rivulet_float8 rivulet_float_broadcast(float a) { return (rivulet_float8)a; }
RIVULET_INLINE rivulet_int8 rivulet_int_broadcast(int a) { return (rivulet_int8)a; }
RIVULET_INLINE rivulet_float8 rivulet_float_load(const float *_Nonnull from) {
  return *(const rivulet_float8_packed *)from;
}
RIVULET_INLINE void rivulet_float_store(rivulet_float8 a, float *_Nonnull to) {
  *(rivulet_float8_packed *)to = a;
}

// Interleavings of the halves and quarters of two vectors: the steps of an 8 x 8 transposition
RIVULET_INLINE rivulet_float8 rivulet_float_unpack_low(rivulet_float8 a, rivulet_float8 b) {
  return __builtin_shufflevector(a, b, 0, 8, 1, 9, 4, 12, 5, 13);
}
RIVULET_INLINE rivulet_float8 rivulet_float_unpack_high(rivulet_float8 a, rivulet_float8 b) {
  return __builtin_shufflevector(a, b, 2, 10, 3, 11, 6, 14, 7, 15);
}
RIVULET_INLINE rivulet_float8 rivulet_float_pairs_low(rivulet_float8 a, rivulet_float8 b) {
  return __builtin_shufflevector(a, b, 0, 1, 8, 9, 4, 5, 12, 13);
}
RIVULET_INLINE rivulet_float8 rivulet_float_pairs_high(rivulet_float8 a, rivulet_float8 b) {
  return __builtin_shufflevector(a, b, 2, 3, 10, 11, 6, 7, 14, 15);
}
RIVULET_INLINE rivulet_float8 rivulet_float_halves_low(rivulet_float8 a, rivulet_float8 b) {
  return __builtin_shufflevector(a, b, 0, 1, 2, 3, 8, 9, 10, 11);
}
RIVULET_INLINE rivulet_float8 rivulet_float_halves_high(rivulet_float8 a, rivulet_float8 b) {
  return __builtin_shufflevector(a, b, 4, 5, 6, 7, 12, 13, 14, 15);
}

// The numbers at even and at odd places of two vectors, half by half: each register of the result takes
// from both vectors in one instruction
RIVULET_INLINE rivulet_float8 rivulet_float_even(rivulet_float8 a, rivulet_float8 b) {
  return __builtin_shufflevector(a, b, 0, 2, 8, 10, 4, 6, 12, 14);
}
RIVULET_INLINE rivulet_float8 rivulet_float_odd(rivulet_float8 a, rivulet_float8 b) {
  return __builtin_shufflevector(a, b, 1, 3, 9, 11, 5, 7, 13, 15);
}

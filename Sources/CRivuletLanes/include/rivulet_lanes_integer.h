// Integer primitives for RivuletLanes, and the passage between words and numbers by their bits.
#pragma once

#include "rivulet_lanes.h"

typedef unsigned long long rivulet_word8 __attribute__((ext_vector_type(8)));
typedef rivulet_word8 rivulet_word8_unaligned __attribute__((aligned(8), may_alias));

RIVULET_INLINE rivulet_word8 rivulet_word_splat(unsigned long long a) { return (rivulet_word8)a; }
RIVULET_INLINE rivulet_word8 rivulet_word_add(rivulet_word8 a, rivulet_word8 b) { return a + b; }
RIVULET_INLINE rivulet_word8 rivulet_word_and(rivulet_word8 a, rivulet_word8 b) { return a & b; }
RIVULET_INLINE rivulet_word8 rivulet_word_or(rivulet_word8 a, rivulet_word8 b) { return a | b; }
RIVULET_INLINE rivulet_word8 rivulet_word_xor(rivulet_word8 a, rivulet_word8 b) { return a ^ b; }
RIVULET_INLINE rivulet_word8 rivulet_word_shift_left(rivulet_word8 a, unsigned long long n) {
  return a << n;
}
RIVULET_INLINE rivulet_word8 rivulet_word_shift_right(rivulet_word8 a, unsigned long long n) {
  return a >> n;
}

// The 64-bit product of the lower halves: one instruction a register on x86 and arm64.
RIVULET_INLINE rivulet_word8 rivulet_word_multiply_low_halves(rivulet_word8 a, rivulet_word8 b) {
  return (a & 0xffffffffull) * (b & 0xffffffffull);
}

RIVULET_INLINE rivulet_word8 rivulet_words_of(rivulet_double8 a) { return (rivulet_word8)a; }
RIVULET_INLINE rivulet_double8 rivulet_double_of_words(rivulet_word8 a) { return (rivulet_double8)a; }

// Takes a where the sign bit of the mask is set, b elsewhere.
RIVULET_INLINE rivulet_double8 rivulet_select_by_sign(
    rivulet_word8 mask, rivulet_double8 a, rivulet_double8 b) {
  typedef long long signed8 __attribute__((ext_vector_type(8)));
  rivulet_word8 all = (rivulet_word8)((signed8)mask < 0);
  return (rivulet_double8)(((rivulet_word8)a & all) | ((rivulet_word8)b & ~all));
}

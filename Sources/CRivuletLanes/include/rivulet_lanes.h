// Vector primitives for RivuletLanes: one operator a function, so that no compiler may contract two.
#pragma once

typedef double rivulet_double8 __attribute__((ext_vector_type(8)));

#define RIVULET_INLINE static inline __attribute__((always_inline))

RIVULET_INLINE rivulet_double8 rivulet_add(rivulet_double8 a, rivulet_double8 b) { return a + b; }
RIVULET_INLINE rivulet_double8 rivulet_subtract(rivulet_double8 a, rivulet_double8 b) { return a - b; }
RIVULET_INLINE rivulet_double8 rivulet_multiply(rivulet_double8 a, rivulet_double8 b) { return a * b; }
RIVULET_INLINE rivulet_double8 rivulet_divide(rivulet_double8 a, rivulet_double8 b) { return a / b; }
RIVULET_INLINE rivulet_double8 rivulet_square_root(rivulet_double8 a) {
  return __builtin_elementwise_sqrt(a);
}

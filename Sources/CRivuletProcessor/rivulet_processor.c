#define _GNU_SOURCE
#include "rivulet_processor.h"

#ifdef __linux__
#include <sched.h>

int rivulet_allowed_processors(void) {
  cpu_set_t set;
  return sched_getaffinity(0, sizeof set, &set) == 0 ? CPU_COUNT(&set) : 0;
}
#else
int rivulet_allowed_processors(void) { return 0; }
#endif

// What a program asks of, and tells, the processors that it runs on.
#pragma once

// The processors that this process may use, or 0 where the system does not tell.
int rivulet_allowed_processors(void);

// Waits some cycles and leaves the core's units to others, in a loop that looks for a change.
static inline __attribute__((always_inline)) void rivulet_pause(void) {
#if defined(__x86_64__) || defined(__i386__)
  __builtin_ia32_pause();
#elif defined(__aarch64__) || defined(__arm__)
  __asm__ volatile("yield");
#endif
}

/* setjmp returns twice, which Zig cannot express; so the two jumps live in C. */
#include <setjmp.h>

#if defined(_WIN32)
/* Without a frame to unwind to: a jump and no more. */
#define prism_set_jump(here) _setjmp(here, NULL)
#define prism_long_jump longjmp
#else
/* Without the mask of signals, whose system calls cost more than all the rest. */
#define prism_set_jump _setjmp
#define prism_long_jump _longjmp
#endif

static _Thread_local jmp_buf *current;

/* Runs body(context); 1 when prism_guard_escape was called inside, else 0. Guards nest. */
int prism_guard(void (*body)(void *), void *context) {
  jmp_buf here;
  jmp_buf *volatile outer = current;
  const int escaped = prism_set_jump(here);
  if (escaped == 0) {
    current = &here;
    body(context);
  }
  current = outer;
  return escaped;
}

/* Jumps to the innermost guard of this thread, which must be inside one. */
_Noreturn void prism_guard_escape(void) { prism_long_jump(*current, 1); }

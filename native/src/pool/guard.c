/* setjmp returns twice, which Zig cannot express; so the two jumps live in C. */
#include <setjmp.h>

static _Thread_local jmp_buf *current;

/* Runs body(context); 1 when prism_guard_escape was called inside, else 0. Guards nest. */
int prism_guard(void (*body)(void *), void *context) {
  jmp_buf here;
  jmp_buf *volatile outer = current;
  const int escaped = _setjmp(here);
  if (escaped == 0) {
    current = &here;
    body(context);
  }
  current = outer;
  return escaped;
}

/* Jumps to the innermost guard of this thread, which must be inside one. */
_Noreturn void prism_guard_escape(void) { _longjmp(*current, 1); }

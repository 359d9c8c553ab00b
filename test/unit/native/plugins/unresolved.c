/* A library that needs another one, which it was not linked with. */
#include "prism_kernel.h"

prism_status from_nowhere(const prism_api *api, prism_scope *scope);

static prism_status run(const prism_api *api, prism_scope *scope) {
  return from_nowhere(api, scope);
}

PRISM_EXPORT const prism_kernel unresolved = {
    PRISM_KERNEL_ABI_VERSION, sizeof(prism_kernel), "unresolved", NULL, run,
};

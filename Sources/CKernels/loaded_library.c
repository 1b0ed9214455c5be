#define _GNU_SOURCE  // dladdr, RTLD_DEFAULT
#include "loaded_library.h"

#include <dlfcn.h>
#include <stddef.h>

const char *slab_loaded_library(const char *symbol) {
  Dl_info info;
  void *address = dlsym(RTLD_DEFAULT, symbol);
  return address && dladdr(address, &info) ? info.dli_fname : NULL;
}

void slab_call_if_loaded(const char *function) {
  void *address = dlsym(RTLD_DEFAULT, function);
  if (address) ((int (*)(void))address)();
}

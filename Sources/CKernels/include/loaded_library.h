#ifndef SLABLAB_LOADED_LIBRARY_H
#define SLABLAB_LOADED_LIBRARY_H
// The file that this process takes `symbol` from, or null.
const char *slab_loaded_library(const char *symbol);
// Calls `int function(void)` where this process has it.
void slab_call_if_loaded(const char *function);
#endif

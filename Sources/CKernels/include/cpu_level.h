#ifndef SLABLAB_CPU_LEVEL_H
#define SLABLAB_CPU_LEVEL_H
// The level of this CPU, by which kernels are dispatched: "x86-64-v4", "-v3", "-v2", "x86-64"; elsewhere "generic".
const char *slab_cpu_level(void);
#endif

#ifndef SLABLAB_CGSL_H
#define SLABLAB_CGSL_H
#include <gsl/gsl_errno.h>
#include <gsl/gsl_rng.h>
#include <gsl/gsl_version.h>
#endif

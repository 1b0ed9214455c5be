// OpenBLAS's own cblas.h defines the same enums as gsl_cblas.h, differently; a Swift file that sees both
// fails to compile. So the declarations come from GSL's header and the code from OpenBLAS.
#ifndef SLABLAB_COPENBLAS_H
#define SLABLAB_COPENBLAS_H
#include <gsl/gsl_cblas.h>
char *openblas_get_config(void);
char *openblas_get_corename(void);
void openblas_set_num_threads(int count);
#endif

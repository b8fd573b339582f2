/* FreeType's own options, with a pool that holds the largest glyph of the workload: FreeType leaves a full one by longjmp. */
#include <freetype/config/ftoption.h>
#undef FT_RENDER_POOL_SIZE
#define FT_RENDER_POOL_SIZE 262144L

/* What cmark's CMake files would write here, for a program that is linked as a whole. */
#define CMARK_EXPORT
#define CMARK_NO_EXPORT
#define CMARK_DEPRECATED

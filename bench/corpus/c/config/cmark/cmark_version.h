/* What cmark's CMake files would write here. */
#define CMARK_VERSION 0x1e02
#define CMARK_VERSION_STRING "0.30.2"

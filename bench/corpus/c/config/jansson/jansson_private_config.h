/* What Jansson's configure would write here. A fixed seed keeps the order of keys the same. */
#define HAVE_STDINT_H 1
#define INITIAL_HASHTABLE_ORDER 3

/* What Debian's rules for Lua would write here: the folder below /usr/lib in which modules would be searched. */
#define DEB_HOST_MULTIARCH "wasm32-wasi"

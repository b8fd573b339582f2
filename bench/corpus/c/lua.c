/* Runs the script of the first argument with the number of the second as the global n. */
#include "bench.h"
#include "lauxlib.h"
#include "lua.h"
#include "lualib.h"

int main(int argc, char **argv) {
	bench_require(argc == 3, "usage: lua SCRIPT N");
	lua_State *lua = luaL_newstate();
	luaL_openlibs(lua);
	lua_pushinteger(lua, atoi(argv[2]));
	lua_setglobal(lua, "n");
	bench_require(luaL_loadfile(lua, argv[1]) == LUA_OK, "the script does not compile");
	bench_start();
	int status = lua_pcall(lua, 0, 0, 0);
	bench_end();
	bench_require(status == LUA_OK, lua_tostring(lua, -1));
	lua_close(lua);
	return 0;
}

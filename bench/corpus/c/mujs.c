/* Runs the script of the first argument with the second as the only element of the global args. */
#include "script.h"
#include "mujs.h"

static void print(js_State *js) {
	printf("%s\n", js_tostring(js, 1));
	js_pushundefined(js);
}

int main(int argc, char **argv) {
	bench_require(argc == 3, "usage: mujs SCRIPT N");
	char *text = script_read(argv[1]);
	js_State *js = js_newstate(NULL, NULL, JS_STRICT);
	js_newarray(js);
	js_pushstring(js, argv[2]);
	js_setindex(js, -2, 0);
	js_setglobal(js, "args");
	js_newcfunction(js, print, "print", 1);
	js_setglobal(js, "print");
	bench_start();
	int status = js_dostring(js, text);
	bench_end();
	bench_require(status == 0, "the script failed");
	js_freestate(js);
	return 0;
}

/* Runs the script of the first argument with the second as the only element of the global args. */
#include "script.h"
#include "duktape.h"

static duk_ret_t print(duk_context *js) {
	printf("%s\n", duk_to_string(js, 0));
	return 0;
}

int main(int argc, char **argv) {
	bench_require(argc == 3, "usage: duktape SCRIPT N");
	char *text = script_read(argv[1]);
	duk_context *js = duk_create_heap_default();
	duk_push_array(js);
	duk_push_string(js, argv[2]);
	duk_put_prop_index(js, -2, 0);
	duk_put_global_string(js, "args");
	duk_push_c_function(js, print, 1);
	duk_put_global_string(js, "print");
	bench_start();
	int status = duk_peval_string(js, text);
	bench_end();
	bench_require(status == 0, duk_safe_to_string(js, -1));
	duk_destroy_heap(js);
	return 0;
}

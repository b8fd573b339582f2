/* JPEG 2000: an image written without loss by the reversible transform, and read back. */
#include "bench.h"
#include <openjpeg.h>

enum { width = 512, height = 384, room = 4 * width * height };

static unsigned char rgb[3 * height * width], packed[room];
static size_t end, at;

static OPJ_SIZE_T put(void *data, OPJ_SIZE_T n, void *user) {
	(void)user;
	bench_require(at + n <= room, "room");
	memcpy(packed + at, data, n);
	at += n;
	if (at > end) end = at;
	return n;
}

static OPJ_SIZE_T get(void *data, OPJ_SIZE_T n, void *user) {
	(void)user;
	if (at >= end) return (OPJ_SIZE_T)-1;
	if (n > end - at) n = end - at;
	memcpy(data, packed + at, n);
	at += n;
	return n;
}

static OPJ_OFF_T skip(OPJ_OFF_T n, void *user) {
	(void)user;
	at += (size_t)n;
	return n;
}

static OPJ_BOOL seek(OPJ_OFF_T to, void *user) {
	(void)user;
	at = (size_t)to;
	return OPJ_TRUE;
}

static opj_stream_t *stream(int input) {
	opj_stream_t *s = opj_stream_create(1 << 16, input);
	opj_stream_set_read_function(s, get);
	opj_stream_set_write_function(s, put);
	opj_stream_set_skip_function(s, skip);
	opj_stream_set_seek_function(s, seek);
	opj_stream_set_user_data_length(s, input ? end : 0);
	at = 0;
	return s;
}

static void encode(void) {
	opj_image_cmptparm_t parts[3] = {{0}};
	for (int c = 0; c < 3; c++) parts[c] = (opj_image_cmptparm_t){.dx = 1, .dy = 1, .w = width, .h = height, .prec = 8, .bpp = 8};
	opj_image_t *image = opj_image_create(3, parts, OPJ_CLRSPC_SRGB);
	image->x1 = width, image->y1 = height;
	for (int c = 0; c < 3; c++)
		for (int i = 0; i < height * width; i++) image->comps[c].data[i] = rgb[3 * i + c];
	opj_cparameters_t parameters;
	opj_set_default_encoder_parameters(&parameters);
	parameters.tcp_numlayers = 1, parameters.tcp_rates[0] = 0, parameters.cp_disto_alloc = 1, parameters.tcp_mct = 1;
	opj_codec_t *codec = opj_create_compress(OPJ_CODEC_J2K);
	end = 0;
	opj_stream_t *s = stream(0);
	bench_require(opj_setup_encoder(codec, &parameters, image) && opj_start_compress(codec, image, s) && opj_encode(codec, s) &&
		opj_end_compress(codec, s), "encode");
	opj_stream_destroy(s);
	opj_destroy_codec(codec);
	opj_image_destroy(image);
}

static void decode(void) {
	opj_dparameters_t parameters;
	opj_set_default_decoder_parameters(&parameters);
	opj_codec_t *codec = opj_create_decompress(OPJ_CODEC_J2K);
	opj_stream_t *s = stream(1);
	opj_image_t *image = NULL;
	bench_require(opj_setup_decoder(codec, &parameters) && opj_read_header(s, codec, &image) && opj_decode(codec, s, image) &&
		opj_end_decompress(codec, s), "decode");
	for (int c = 0; c < 3; c++)
		for (int i = 0; i < height * width; i++) bench_require(image->comps[c].data[i] == rgb[3 * i + c], "round trip");
	opj_stream_destroy(s);
	opj_destroy_codec(codec);
	opj_image_destroy(image);
}

int main(void) {
	bench_image(rgb, width, height);
	bench_start();
	for (int i = 0; i < 2; i++) {
		encode();
		for (int j = 0; j < 3; j++) decode();
	}
	bench_end();
	printf("%u bytes\n", (unsigned)end);
	return 0;
}

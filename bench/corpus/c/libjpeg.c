/* A photograph-like image written at two qualities, baseline and progressive, and read back with the slow and the fast
   integer transform. */
#include "bench.h"
#include <jpeglib.h>

enum { width = 1280, height = 960, rounds = 6, row = 3 * width };

static unsigned char image[height * row], back[height * row];

static unsigned long encode(unsigned char **packed, int quality, int progressive) {
	struct jpeg_compress_struct c;
	struct jpeg_error_mgr errors;
	c.err = jpeg_std_error(&errors);
	jpeg_create_compress(&c);
	unsigned long size = 0;
	*packed = NULL;
	jpeg_mem_dest(&c, packed, &size);
	c.image_width = width, c.image_height = height, c.input_components = 3, c.in_color_space = JCS_RGB;
	jpeg_set_defaults(&c);
	jpeg_set_quality(&c, quality, TRUE);
	if (progressive) jpeg_simple_progression(&c);
	jpeg_start_compress(&c, TRUE);
	while (c.next_scanline < height) {
		JSAMPROW line = image + c.next_scanline * row;
		jpeg_write_scanlines(&c, &line, 1);
	}
	jpeg_finish_compress(&c);
	jpeg_destroy_compress(&c);
	return size;
}

static void decode(const unsigned char *packed, unsigned long size, J_DCT_METHOD method) {
	struct jpeg_decompress_struct d;
	struct jpeg_error_mgr errors;
	d.err = jpeg_std_error(&errors);
	jpeg_create_decompress(&d);
	jpeg_mem_src(&d, packed, size);
	jpeg_read_header(&d, TRUE);
	d.dct_method = method;
	jpeg_start_decompress(&d);
	while (d.output_scanline < height) {
		JSAMPROW line = back + d.output_scanline * row;
		jpeg_read_scanlines(&d, &line, 1);
	}
	jpeg_finish_decompress(&d);
	jpeg_destroy_decompress(&d);
}

int main(void) {
	bench_image(image, width, height);
	uint64_t sum = BENCH_SUM;
	bench_start();
	for (int i = 0; i < rounds; i++) {
		unsigned char *packed;
		unsigned long size = encode(&packed, i & 2 ? 90 : 60, i & 1);
		sum = bench_sum(sum, packed, size);
		decode(packed, size, JDCT_ISLOW);
		sum = bench_sum(sum, back, sizeof back);
		decode(packed, size, JDCT_IFAST);
		sum = bench_sum(sum, back, sizeof back);
		free(packed);
		printf("%lu bytes\n", size);
	}
	bench_end();
	bench_print("sum", sum);
	return 0;
}

/* An image written with all filters at level 6 and read back, also interlaced. */
#include "bench.h"
#include "png.h"

enum { width = 800, height = 600, rounds = 3, row = 3 * width };

static unsigned char image[height * row], back[height * row], packed[4 * height * width];

struct cursor { size_t at, size; };

static void put(png_structp png, png_bytep data, size_t n) {
	struct cursor *to = png_get_io_ptr(png);
	bench_require(to->at + n <= sizeof packed, "room");
	memcpy(packed + to->at, data, n);
	to->at += n;
}

static void flush(png_structp png) { (void)png; }

static void get(png_structp png, png_bytep data, size_t n) {
	struct cursor *from = png_get_io_ptr(png);
	bench_require(from->at + n <= from->size, "end of data");
	memcpy(data, packed + from->at, n);
	from->at += n;
}

static size_t encode(int interlace) {
	struct cursor to = {0, 0};
	png_structp png = png_create_write_struct(PNG_LIBPNG_VER_STRING, NULL, NULL, NULL);
	png_infop info = png_create_info_struct(png);
	png_set_write_fn(png, &to, put, flush);
	png_set_IHDR(png, info, width, height, 8, PNG_COLOR_TYPE_RGB, interlace, PNG_COMPRESSION_TYPE_DEFAULT, PNG_FILTER_TYPE_DEFAULT);
	png_set_filter(png, 0, PNG_ALL_FILTERS);
	png_set_compression_level(png, 6);
	png_bytep rows[height];
	for (int y = 0; y < height; y++) rows[y] = image + y * row;
	png_set_rows(png, info, rows);
	png_write_png(png, info, PNG_TRANSFORM_IDENTITY, NULL);
	png_destroy_write_struct(&png, &info);
	return to.at;
}

static void decode(size_t size) {
	struct cursor from = {0, size};
	png_structp png = png_create_read_struct(PNG_LIBPNG_VER_STRING, NULL, NULL, NULL);
	png_infop info = png_create_info_struct(png);
	png_set_read_fn(png, &from, get);
	png_read_info(png, info);
	png_set_interlace_handling(png);
	png_read_update_info(png, info);
	png_bytep rows[height];
	for (int y = 0; y < height; y++) rows[y] = back + y * row;
	png_read_image(png, rows);
	png_read_end(png, NULL);
	png_destroy_read_struct(&png, &info, NULL);
}

int main(void) {
	bench_image(image, width, height);
	uint64_t sum = BENCH_SUM;
	size_t size = 0;
	bench_start();
	for (int i = 0; i < rounds; i++) {
		image[i] ^= 255;
		size = encode(i & 1 ? PNG_INTERLACE_ADAM7 : PNG_INTERLACE_NONE);
		sum = bench_sum(sum, packed, size);
		for (int j = 0; j < 4; j++) decode(size);
		bench_require(memcmp(image, back, sizeof image) == 0, "round trip");
	}
	bench_end();
	printf("%u bytes\n", (unsigned)size);
	bench_print("sum", sum);
	return 0;
}

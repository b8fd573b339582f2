/* Frames of 256 colours written and read back in memory. */
#include "bench.h"
#include "gif_lib.h"

enum { width = 640, height = 480, frames = 60 };

static unsigned char rgb[3 * height * width], frame[height * width], packed[2 * frames * height * width];
static size_t end, at;

static int put(GifFileType *gif, const GifByteType *data, int n) {
	(void)gif;
	bench_require(end + (size_t)n <= sizeof packed, "room");
	memcpy(packed + end, data, (size_t)n);
	end += (size_t)n;
	return n;
}

static int get(GifFileType *gif, GifByteType *data, int n) {
	(void)gif;
	if ((size_t)n > end - at) n = (int)(end - at);
	memcpy(data, packed + at, (size_t)n);
	at += (size_t)n;
	return n;
}

static void encode(void) {
	int error = 0;
	GifFileType *gif = EGifOpen(NULL, put, &error);
	ColorMapObject *colours = GifMakeMapObject(256, NULL);
	for (int i = 0; i < 256; i++) colours->Colors[i] = (GifColorType){i & 0xe0, i << 3 & 0xe0, i << 6 & 0xc0};
	EGifPutScreenDesc(gif, width, height, 8, 0, colours);
	for (int f = 0; f < frames; f++) {
		for (int i = 0; i < height * width; i++) {
			const unsigned char *p = rgb + 3 * ((i + f * 640) % (height * width));
			frame[i] = (p[0] & 0xe0) | (p[1] >> 3 & 0x1c) | p[2] >> 6;
		}
		EGifPutImageDesc(gif, 0, 0, width, height, false, NULL);
		for (int y = 0; y < height; y++) EGifPutLine(gif, frame + y * width, width);
	}
	bench_require(EGifCloseFile(gif, &error) == GIF_OK, "EGifCloseFile");
	GifFreeMapObject(colours);
}

int main(void) {
	bench_image(rgb, width, height);
	uint64_t sum = BENCH_SUM;
	bench_start();
	encode();
	for (int i = 0; i < 2; i++) {
		int error = 0;
		at = 0;
		GifFileType *gif = DGifOpen(NULL, get, &error);
		bench_require(gif != NULL && DGifSlurp(gif) == GIF_OK && gif->ImageCount == frames, "DGifSlurp");
		for (int f = 0; f < frames; f++) sum = bench_sum(sum, gif->SavedImages[f].RasterBits, height * width);
		DGifCloseFile(gif, &error);
	}
	bench_end();
	printf("%u bytes\n", (unsigned)end);
	bench_print("sum", bench_sum(sum, packed, end));
	return 0;
}

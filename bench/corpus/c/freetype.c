/* Every glyph of a TrueType font loaded with its hinting program and rendered in grey at many sizes. */
#include "bench.h"
#include <ft2build.h>
#include FT_FREETYPE_H
#include FT_OUTLINE_H

static const unsigned char font[] = {
#embed "font.ttf"
};

enum { smallest = 9, largest = 40 };

/* render draws all glyphs of face at one size and returns a checksum of their bitmaps. */
static uint64_t render(FT_Face face, int size, int flags, uint64_t sum) {
	bench_require(FT_Set_Pixel_Sizes(face, 0, (FT_UInt)size) == 0, "FT_Set_Pixel_Sizes");
	for (FT_Long glyph = 0; glyph < face->num_glyphs; glyph++) {
		bench_require(FT_Load_Glyph(face, (FT_UInt)glyph, flags) == 0, "FT_Load_Glyph");
		bench_require(FT_Render_Glyph(face->glyph, FT_RENDER_MODE_NORMAL) == 0, "FT_Render_Glyph");
		FT_Bitmap *b = &face->glyph->bitmap;
		for (unsigned y = 0; y < b->rows; y++) sum = bench_sum(sum, b->buffer + (int)y * b->pitch, b->width);
	}
	return sum;
}

int main(void) {
	FT_Library library;
	FT_Face face;
	uint64_t hinted = BENCH_SUM, plain = BENCH_SUM;
	bench_require(FT_Init_FreeType(&library) == 0, "FT_Init_FreeType");
	bench_require(FT_New_Memory_Face(library, font, sizeof font, 0, &face) == 0, "FT_New_Memory_Face");
	bench_start();
	for (int size = smallest; size <= largest; size++) hinted = render(face, size, FT_LOAD_DEFAULT, hinted);
	for (int size = smallest; size <= largest; size++) plain = render(face, 2 * size, FT_LOAD_NO_HINTING, plain);
	bench_end();
	printf("%ld glyphs\n", (long)face->num_glyphs);
	bench_print("hinted", hinted);
	bench_print("plain", plain);
	return 0;
}

package main

import (
	"bytes"
	_ "embed"
	"html/template"
	"image/color"
	"math"
	"os"
	"time"

	"gonum.org/v1/plot"
	"gonum.org/v1/plot/plotter"
	"gonum.org/v1/plot/plotutil"
	"gonum.org/v1/plot/vg"
	"gonum.org/v1/plot/vg/draw"
	"gonum.org/v1/plot/vg/vgsvg"
)

//go:embed exec.html
var execPage string

// writeHTML writes a page with the plot and the tables that needs nothing from anywhere else; no name means no file.
func (r *execReport) writeHTML(name string) error {
	if name == "" {
		return nil
	}
	svg, err := r.plot()
	if err != nil {
		return err
	}
	page, err := template.New("exec").Parse(execPage)
	if err != nil {
		return err
	}
	var b bytes.Buffer
	err = page.Execute(&b, map[string]any{
		"Plot": template.HTML(svg), "Baseline": baseline, "Date": time.Now().UTC().Format(time.DateOnly), "Notes": r.notes(),
		"EngineHeader": engineHeader, "Engines": r.engineCells(), "ProgramHeader": programHeader, "Programs": r.programCells(),
	})
	if err != nil {
		return err
	}
	return os.WriteFile(name, b.Bytes(), 0o644)
}

// plot draws, for each program a line, every engine's execution time as a multiple of the baseline's, on a logarithmic axis.
func (r *execReport) plot() ([]byte, error) {
	line, names := map[string]int{}, []string{}
	for i := len(r.results) - 1; i >= 0; i-- { // lines count from below
		if p := r.results[i].program; line[p] == 0 {
			names = append(names, p)
			line[p] = len(names)
		}
	}
	p := plot.New()
	p.X.Label.Text = "execution time, x-" + baseline + " (left is faster)"
	p.X.Scale, p.X.Tick.Marker = plot.LogScale{}, plot.ConstantTicks(ratioTicks)
	p.Legend.Top, p.Legend.Left = true, false
	p.Add(plotter.NewGrid())
	for i, name := range r.engines {
		points := plotter.XYs{}
		for _, x := range r.results {
			if v := r.ratio(x, phases[2].of); x.engine == name && !math.IsNaN(v) {
				points = append(points, plotter.XY{X: v, Y: float64(line[x.program] - 1)})
			}
		}
		if len(points) == 0 {
			continue
		}
		dots, err := plotter.NewScatter(points)
		if err != nil {
			return nil, err
		}
		dots.GlyphStyle = draw.GlyphStyle{Color: withAlpha(plotutil.Color(i)), Radius: vg.Points(4), Shape: draw.CircleGlyph{}}
		p.Add(dots)
		p.Legend.Add(name, dots)
	}
	p.NominalY(names...)
	p.X.Min, p.X.Max = math.Min(p.X.Min, 0.5), math.Max(p.X.Max, 2)
	return render(p, vg.Points(720), vg.Points(float64(80+16*len(names))))
}

// ratioTicks are the ratios that the axis names.
var ratioTicks = []plot.Tick{
	{Value: 0.1, Label: "0.1"}, {Value: 0.2, Label: "0.2"}, {Value: 0.5, Label: "0.5"}, {Value: 1, Label: "1"}, {Value: 1.25, Label: "1.25"},
	{Value: 2, Label: "2"}, {Value: 5, Label: "5"}, {Value: 10, Label: "10"}, {Value: 20, Label: "20"}, {Value: 50, Label: "50"}, {Value: 100, Label: "100"},
}

func withAlpha(c color.Color) color.Color {
	r, g, b, _ := c.RGBA()
	return color.NRGBA{uint8(r >> 8), uint8(g >> 8), uint8(b >> 8), 200}
}

// render returns a plot as SVG without the XML declaration, to stand inside a page.
func render(p *plot.Plot, width, height vg.Length) ([]byte, error) {
	canvas := vgsvg.New(width, height)
	p.Draw(draw.New(canvas))
	var b bytes.Buffer
	if _, err := canvas.WriteTo(&b); err != nil {
		return nil, err
	}
	svg := b.Bytes()
	return svg[max(bytes.Index(svg, []byte("<svg")), 0):], nil
}

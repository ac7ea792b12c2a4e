// Package html exists so that a verdict can be read, filtered and passed on as one file: no network, no server, no other
// file beside it, and nothing in a run's texts that a browser would take for markup.
package html

import (
	"bufio"
	"crypto/sha256"
	_ "embed"
	"encoding/base64"
	"fmt"
	"html/template"
	"io"
	"strings"

	"csicert/reports/verdict"
)

//go:embed page.tmpl
var pageText string

//go:embed parts.tmpl
var partsText string

//go:embed style.css
var style string

//go:embed script.js
var script string

// Write writes the page. The browser is told to load nothing and to run only this package's script, by its hash: even
// what slipped through the escaping would not run.
func Write(w io.Writer, v verdict.Verdict) error {
	t, err := template.New("page").Funcs(functions()).Parse(pageText)
	if err == nil {
		_, err = t.Parse(partsText)
	}
	if err != nil {
		return fmt.Errorf("reading the page's template: %w", err)
	}
	p := pageOf(v)
	p.Style, p.Script = template.CSS(style), template.JS(script)
	p.Policy = fmt.Sprintf("default-src 'none'; style-src '%s'; script-src '%s'; base-uri 'none'; form-action 'none'", hash(style), hash(script))
	b := bufio.NewWriter(w)
	if err := t.Execute(b, p); err != nil {
		return fmt.Errorf("writing the page: %w", err)
	}
	if err := b.Flush(); err != nil {
		return fmt.Errorf("writing the page: %w", err)
	}
	return nil
}

// hash is what a content security policy calls an inline text by.
func hash(text string) string {
	sum := sha256.Sum256([]byte(text))
	return "sha256-" + base64.StdEncoding.EncodeToString(sum[:])
}

func functions() template.FuncMap {
	return template.FuncMap{"plain": plain, "lower": strings.ToLower, "class": class, "sign": sign, "seconds": seconds,
		"join": func(all []string) string { return plain(strings.Join(all, " ")) }}
}

// plain takes out what could make a text look like another one: what verdict.Plain does, and the characters that turn
// the direction of writing round.
func plain(text string) string {
	return strings.Map(func(r rune) rune {
		if (r >= 0x202a && r <= 0x202e) || (r >= 0x2066 && r <= 0x2069) {
			return '\uFFFD'
		}
		return r
	}, verdict.Plain(text))
}

// class is a status as a word of the style sheet.
func class(s verdict.Status) string { return strings.ReplaceAll(s.String(), " ", "-") }

// sign tells statuses apart without colour.
func sign(s verdict.Status) string {
	switch s {
	case verdict.Pass:
		return "✓"
	case verdict.Warn:
		return "!"
	case verdict.Blocked:
		return "■"
	case verdict.Fail:
		return "✗"
	case verdict.Error:
		return "⚠"
	case verdict.NotRun:
		return "○"
	}
	return "–"
}

// seconds writes a duration as a person reads it.
func seconds(s float64) string {
	switch {
	case s < 10:
		return fmt.Sprintf("%.2f s", s)
	case s < 120:
		return fmt.Sprintf("%.1f s", s)
	}
	return fmt.Sprintf("%d min %02d s", int(s)/60, int(s)%60)
}

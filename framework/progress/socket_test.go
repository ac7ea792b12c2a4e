package progress_test

import (
	"bytes"
	"fmt"
	"net"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"

	. "github.com/onsi/gomega"

	"csicert/framework/progress"
)

func TestEventsOfManyProcessesArriveWhole(t *testing.T) {
	g := NewWithT(t)
	heard := make(chan progress.Event, 400)
	s, err := progress.Listen(func(e progress.Event) { heard <- e })
	g.Expect(err).NotTo(HaveOccurred())
	info, err := os.Stat(filepath.Dir(s.Path))
	g.Expect(err).NotTo(HaveOccurred())
	g.Expect(info.Mode().Perm()).To(Equal(os.FileMode(0o700)))
	var processes sync.WaitGroup
	for p := range 4 {
		processes.Go(func() {
			sender, err := progress.Dial(s.Path)
			if err != nil {
				t.Error(err)
				return
			}
			for i := range 50 {
				sender.Send(progress.Event{Kind: progress.Ended, ID: fmt.Sprintf("P-%d%02d", p, i), Text: "observed: " + strings.Repeat("x", 1<<20)})
			}
			if err := sender.Close(); err != nil {
				t.Error(err)
			}
		})
	}
	processes.Wait()
	stranger, err := net.Dial("unixgram", s.Path)
	g.Expect(err).NotTo(HaveOccurred())
	_, err = stranger.Write([]byte("{"))
	g.Expect(err).NotTo(HaveOccurred())
	g.Eventually(heard).Should(HaveLen(200))
	g.Expect(s.Close()).To(Succeed())
	g.Expect(filepath.Dir(s.Path)).NotTo(BeADirectory())
	close(heard)
	ids := map[string]bool{}
	for e := range heard {
		ids[e.ID] = true
		g.Expect(e.Text).To(HaveSuffix("x..."))
	}
	g.Expect(ids).To(HaveLen(200))
	g.Expect(stranger.Close()).To(Succeed())
}

func TestNobodyNeedsToListen(t *testing.T) {
	g := NewWithT(t)
	sender, err := progress.Dial("")
	g.Expect(err).NotTo(HaveOccurred())
	sender.Send(progress.Event{})
	g.Expect(sender.Close()).To(Succeed())
	var none *progress.Sender
	none.Send(progress.Event{})
	g.Expect(none.Close()).To(Succeed())
	_, err = progress.Dial(filepath.Join(t.TempDir(), "none"))
	g.Expect(err).To(MatchError(ContainSubstring("opening the socket for progress")))

	s, err := progress.Listen(func(progress.Event) {})
	g.Expect(err).NotTo(HaveOccurred())
	sender, err = progress.Dial(s.Path)
	g.Expect(err).NotTo(HaveOccurred())
	g.Expect(s.Close()).To(Succeed())
	sender.Send(progress.Event{Kind: progress.Ended}) // to a run that is gone
	g.Expect(sender.Close()).To(Succeed())
}

func TestStyleIsChosenByTerminalAndEnvironment(t *testing.T) {
	terminal, err := os.OpenFile("/dev/ptmx", os.O_RDWR, 0)
	if err != nil {
		t.Skip("this machine has no terminals: ", err)
	}
	defer terminal.Close()
	for name, c := range map[string]struct {
		file  bool
		mode  progress.Mode
		env   map[string]string
		style progress.Style
	}{
		"a terminal":      {true, progress.Auto, map[string]string{"TERM": "xterm", "LANG": "en_US.UTF-8"}, progress.Style{Mode: progress.Live, Colour: true, UTF8: true}},
		"no colours":      {true, progress.Auto, map[string]string{"TERM": "xterm", "NO_COLOR": "1", "LC_ALL": "C", "LANG": "en_US.UTF-8"}, progress.Style{Mode: progress.Live}},
		"CI":              {true, progress.Auto, map[string]string{"TERM": "xterm", "CI": "true"}, progress.Style{Mode: progress.Plain}},
		"no CI":           {true, progress.Auto, map[string]string{"TERM": "xterm", "CI": "false"}, progress.Style{Mode: progress.Live, Colour: true}},
		"dumb":            {true, progress.Auto, map[string]string{"TERM": "dumb"}, progress.Style{Mode: progress.Plain}},
		"a pipe":          {false, progress.Auto, map[string]string{"TERM": "xterm"}, progress.Style{Mode: progress.Plain}},
		"asked for":       {false, progress.Live, map[string]string{"TERM": "xterm"}, progress.Style{Mode: progress.Live}},
		"JSON on request": {true, progress.JSON, map[string]string{"TERM": "xterm"}, progress.Style{Mode: progress.JSON}},
	} {
		t.Run(name, func(t *testing.T) {
			g := NewWithT(t)
			env := func(name string) string { return c.env[name] }
			style := progress.StyleOf(c.mode, &bytes.Buffer{}, env)
			if c.file {
				style = progress.StyleOf(c.mode, terminal, env)
			}
			g.Expect(style.Width()).To(BeNumerically(">=", 1))
			style.Width = nil
			g.Expect(style).To(Equal(c.style))
		})
	}
	NewWithT(t).Expect(progress.Mode("loud").Known()).To(BeFalse())
}

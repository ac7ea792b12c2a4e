package cli

import (
	"bufio"
	"bytes"
	"context"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"syscall"
	"testing"

	. "github.com/onsi/gomega"
)

// workerVariable makes the test binary the program that is signalled: its value is the state folder.
const workerVariable = "CSICERT_TEST_INTERRUPTIBLE"

func TestMain(m *testing.M) {
	if state := os.Getenv(workerVariable); state != "" {
		os.Exit(interruptedWorker(state))
	}
	os.Exit(m.Run())
}

// interruptedWorker works until it is interrupted; then it takes back what it made, for which it waits for a word.
func interruptedWorker(state string) int {
	return Interruptible(func(ctx context.Context) int {
		fmt.Println("working")
		<-ctx.Done()
		fmt.Println(context.Cause(ctx))
		if _, err := bufio.NewReader(os.Stdin).ReadString('\n'); err != nil {
			return 9
		}
		fmt.Println("taken back, reports written")
		return 3
	}, func() int { return GiveUp([]string{"e2e", "--seed", "1", "--state-dir", state}, os.Stderr) })
}

// signalled starts the worker and waits until it works.
func signalled(t *testing.T, state string) (cmd *exec.Cmd, stdin io.Writer, stdout *bufio.Reader, stderr *bytes.Buffer) {
	t.Helper()
	g := NewWithT(t)
	cmd, stderr = exec.Command(os.Args[0]), &bytes.Buffer{}
	cmd.Env, cmd.Stderr = append(os.Environ(), workerVariable+"="+state), stderr
	in, err := cmd.StdinPipe()
	g.Expect(err).NotTo(HaveOccurred())
	out, err := cmd.StdoutPipe()
	g.Expect(err).NotTo(HaveOccurred())
	g.Expect(cmd.Start()).To(Succeed())
	t.Cleanup(func() { _ = cmd.Process.Kill() }) // gone already, unless the test failed
	stdout = bufio.NewReader(out)
	g.Expect(stdout.ReadString('\n')).To(Equal("working\n"))
	g.Expect(cmd.Process.Signal(os.Interrupt)).To(Succeed())
	g.Expect(stdout.ReadString('\n')).To(Equal("interrupted by a signal (interrupt)\n"))
	return cmd, in, stdout, stderr
}

func TestOneSignalLetsTheWorkFinish(t *testing.T) {
	g := NewWithT(t)
	cmd, stdin, stdout, stderr := signalled(t, t.TempDir())
	_, err := io.WriteString(stdin, "go on\n")
	g.Expect(err).NotTo(HaveOccurred())
	g.Expect(stdout.ReadString('\n')).To(Equal("taken back, reports written\n"))
	g.Expect(cmd.Wait()).To(MatchError("exit status 3"))
	g.Expect(stderr.String()).To(BeEmpty())
}

func TestTwoSignalsEndAtOnceAndSayWhatIsLeft(t *testing.T) {
	g := NewWithT(t)
	state := t.TempDir()
	g.Expect(os.MkdirAll(filepath.Join(state, "clusters"), 0o700)).To(Succeed())
	g.Expect(os.WriteFile(filepath.Join(state, "clusters", "csicert-7f3a.cluster"), nil, 0o600)).To(Succeed())
	cmd, _, _, stderr := signalled(t, state)
	g.Expect(cmd.Process.Signal(syscall.SIGTERM)).To(Succeed())
	g.Expect(cmd.Wait()).To(MatchError("exit status 3"))
	g.Expect(stderr.String()).To(And(ContainSubstring("gave up on a second signal"), ContainSubstring("left: cluster csicert-7f3a with its containers"),
		ContainSubstring("csicert cluster delete csicert-7f3a, or all of them with: make down")))
}

func TestWhatIsLeftIsNamedWithItsRemedy(t *testing.T) {
	g := NewWithT(t)
	g.Expect(leftBehind([]string{"e2e", "--kubeconfig", "my file", "--nope", "--context=lab"})).To(ConsistOf(And(
		ContainSubstring("labelled csicert.dev/run"), HaveSuffix("csicert down --kubeconfig 'my file' --context lab"))))
	g.Expect(leftBehind([]string{"e2e", "--state-dir", t.TempDir()})).To(ConsistOf(HaveSuffix("make clean (csicert clean)")))
	g.Expect(leftBehind([]string{"e2e", "--state-dir"})).NotTo(BeEmpty(), "arguments that cannot be read are no reason to say nothing")
}

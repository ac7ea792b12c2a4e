package agent

import (
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"syscall"
	"testing"
)

var (
	mine   = strings.Repeat("0a", 32)
	others = strings.Repeat("b1", 32)
)

func TestProcessesAreFoundByTheirCgroups(t *testing.T) {
	for cgroups, is := range map[string]bool{
		"0::/kubepods.slice/kubepods-burstable.slice/kubepods-burstable-pod1_2.slice/cri-containerd-" + mine + ".scope\n":        true,
		"0::/../../kubepods-pod1.slice/cri-containerd-" + mine + ".scope\n":                                                      true, // seen from another container
		"0::/kubepods/burstable/pod1-2/" + mine + "\n":                                                                           true,
		"0::/kubepods/burstable/pod1-2/" + mine + " (deleted)\n":                                                                 true,
		"0::/system.slice/docker-" + mine + ".scope/init\n":                                                                      true, // a cgroup of the container's own
		"0::/kubepods.slice/crio-" + mine + ".scope":                                                                             true,
		"11:memory:/docker/" + others + "/kubelet/kubepods/pod1/" + mine + "\n10:pids:/\n":                                       true, // v1, in a node that is a container
		"12:pids:/\n3:cpuset:/system.slice/containerd.service/kubepods-pod1.slice:cri-containerd:" + mine + "\n1:name=systemd:/": true,

		"0::/kubepods.slice/crio-conmon-" + mine + ".scope":       false,
		"0::/kubepods/burstable/pod1-2/" + others + "\n":          false,
		"0::/kubepods.slice/cri-containerd-" + mine + "0.scope\n": false,
		"0::/kubepods.slice/cri-containerd-0" + mine + ".scope\n": false,
		"11:" + mine + ":/kubepods\n":                             false, // the name of a hierarchy
		"0::/\n":                                                  false,
		"":                                                        false,
		"nonsense " + mine:                                        false,
		"0::/kubepods/burstable/pod1-2/" + mine[:63] + "\n":       false,
		"0::/kubepods/" + strings.ToUpper(mine) + "\n":            false,
		"11:memory:/docker/" + others + "/kubelet\n10:pids:/docker/" + others[1:]: false,
	} {
		if inContainer(cgroups, mine) != is {
			t.Errorf("%q: want %t", cgroups, is)
		}
	}
}

// child is a process that ends only by a signal.
func child(t *testing.T) *exec.Cmd {
	t.Helper()
	c := exec.CommandContext(t.Context(), "sleep", "1000")
	if err := c.Start(); err != nil {
		t.Fatal(err)
	}
	return c
}

// proc is a folder like /proc in which the children have these cgroups.
func proc(t *testing.T, cgroups map[int]string) string {
	t.Helper()
	dir := t.TempDir()
	for pid, text := range cgroups {
		folder := filepath.Join(dir, strconv.Itoa(pid))
		if err := os.Mkdir(folder, 0o700); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(filepath.Join(folder, "cgroup"), []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	return dir
}

func TestKillHitsTheContainersAndNobodyElse(t *testing.T) {
	one, two, other, spared := child(t), child(t), child(t), child(t)
	dir := proc(t, map[int]string{
		one.Process.Pid: "0::/kubepods/" + mine, two.Process.Pid: "0::/kubepods/" + mine + "/below",
		other.Process.Pid: "0::/kubepods/" + others, spared.Process.Pid: "0::/kubepods/" + strings.Repeat("c", 64),
		1<<22 + 1: "0::/kubepods/" + mine, // above any number that the kernel gives: a process that has just ended
	})
	for _, name := range []string{"self", "sys", "1x"} {
		if err := os.Mkdir(filepath.Join(dir, name), 0o700); err != nil {
			t.Fatal(err)
		}
	}
	killed, err := Kill{Containers: []string{mine, others, strings.Repeat("d", 64)}}.in(t.Context(), dir)
	if err != nil {
		t.Fatal(err)
	}
	if killed.Processes[mine] != 2 || killed.Processes[others] != 1 || killed.Processes[strings.Repeat("d", 64)] != 0 || len(killed.Processes) != 3 {
		t.Errorf("%v", killed)
	}
	for _, c := range []*exec.Cmd{one, two, other} {
		_ = c.Wait() // that it was killed is in its state
		if status := c.ProcessState.Sys().(syscall.WaitStatus); !status.Signaled() || status.Signal() != syscall.SIGKILL {
			t.Errorf("process %d: %v", c.Process.Pid, c.ProcessState)
		}
	}
	if err := spared.Process.Signal(syscall.Signal(0)); err != nil {
		t.Errorf("a process of another container: %v", err)
	}
}

func TestKillOfAContainerThatIsGone(t *testing.T) {
	var out, stderr strings.Builder
	if code := Run(t.Context(), Kill{Containers: []string{mine}}.Args(), nil, &out, &stderr); code != ExitOK {
		t.Fatalf("exit code %d: %s", code, stderr.String())
	}
	killed, err := Decode[Killed](strings.NewReader(out.String()))
	if n, told := killed.Processes[mine]; err != nil || !told || n != 0 {
		t.Errorf("%v, %v", killed, err)
	}
}

// The kernel's own words: a process is put into a cgroup of the container's name, where the machine lets us make one.
func TestKillFindsAProcessInARealCgroup(t *testing.T) {
	var dir string
	for _, root := range []string{"/sys/fs/cgroup", "/sys/fs/cgroup/pids"} {
		d := filepath.Join(root, "cri-containerd-"+mine+".scope")
		if err := os.Mkdir(d, 0o755); err == nil {
			dir = d
			t.Cleanup(func() { _ = os.Remove(d) }) // it cannot be removed before its last process is reaped
			if _, err := os.Stat(filepath.Join(d, "cgroup.procs")); err == nil {
				break
			}
		}
	}
	c := child(t)
	if dir == "" || os.WriteFile(filepath.Join(dir, "cgroup.procs"), []byte(strconv.Itoa(c.Process.Pid)), 0o600) != nil {
		t.Skip("no cgroup can be made here")
	}
	var out, stderr strings.Builder
	if code := Run(t.Context(), Kill{Containers: []string{mine}}.Args(), nil, &out, &stderr); code != ExitOK {
		t.Fatalf("exit code %d: %s", code, stderr.String())
	}
	_ = c.Wait() // that it was killed is in its state
	if status := c.ProcessState.Sys().(syscall.WaitStatus); status.Signal() != syscall.SIGKILL || !strings.Contains(out.String(), `"`+mine+`":1`) {
		t.Errorf("%v, answered %s", c.ProcessState, out.String())
	}
}

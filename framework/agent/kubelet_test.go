package agent

import (
	"reflect"
	"syscall"
	"testing"
)

func TestTheKubeletIsItsUnit(t *testing.T) {
	for cgroups, is := range map[string]bool{
		"0::/system.slice/kubelet.service\n":                                   true,
		"9:name=systemd:/kubelet.slice/kubelet.service\n7:blkio:/\n":           true, // v1, in a node that is a container
		"12:pids:/\n1:name=systemd:/docker/0a/kubelet.slice/kubelet.service\n": true,
		"0::/kubelet.slice/kubelet.service/kubepods/pod1/" + mine + "\n":       false, // a pod's
		"0::/kubelet.slice\n":                 false,
		"0::/system.slice/k3s.service\n":      false,
		"0::/system.slice/my-kubelet.service": false,
		"":                                    false,
	} {
		if inUnit(cgroups, kubeletUnit) != is {
			t.Errorf("%q: want %t", cgroups, is)
		}
	}
}

func TestTheKubeletAloneIsKilled(t *testing.T) {
	kubelet, pod, other := child(t), child(t), child(t)
	dir := proc(t, map[int]string{
		kubelet.Process.Pid: "0::/kubelet.slice/kubelet.service", pod.Process.Pid: "0::/kubelet/kubepods/" + mine, other.Process.Pid: "0::/system.slice/containerd.service",
	})
	for _, r := range []Kubelet{{}, {Kill: true}} {
		unit, err := r.in(t.Context(), dir)
		if err != nil || !reflect.DeepEqual(unit.Processes, []int{kubelet.Process.Pid}) {
			t.Fatalf("%+v: %v, %v", r, unit, err)
		}
		if err := kubelet.Process.Signal(syscall.Signal(0)); err != nil && !r.Kill {
			t.Errorf("a question killed it: %v", err)
		}
	}
	_ = kubelet.Wait() // that it was killed is in its state
	if status := kubelet.ProcessState.Sys().(syscall.WaitStatus); !status.Signaled() || status.Signal() != syscall.SIGKILL {
		t.Errorf("the kubelet: %v", kubelet.ProcessState)
	}
	if pod.Process.Signal(syscall.Signal(0)) != nil || other.Process.Signal(syscall.Signal(0)) != nil {
		t.Error("something else was killed")
	}
	if none, err := (Kubelet{Kill: true}).in(t.Context(), t.TempDir()); err != nil || none.Processes == nil || len(none.Processes) > 0 {
		t.Errorf("where there is none: %v, %v", none, err)
	}
}

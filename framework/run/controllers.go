package run

import (
	"context"
	"fmt"
)

// SetControllers deploys the bundled driver again with as many controllers as is said, and waits until they stand. The
// driver's other parts stay as they are.
func (s *Session) SetControllers(ctx context.Context, n int) error {
	if s.driver == nil || !s.driver.Install.Bundled {
		return Invalid{"--driver", "a driver that csicert does not deploy", "bundled: its controllers can be counted otherwise"}
	}
	if n == s.controllers {
		return nil
	}
	s.controllers = n
	return s.phase(ctx, "controllers", func(ctx context.Context) (note string, cached bool, err error) {
		if err := s.deployBundled(ctx); err != nil {
			return "", false, err
		}
		return fmt.Sprint(n), false, s.installer.AwaitRollout(ctx)
	})
}

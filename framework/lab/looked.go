package lab

import (
	"context"
	"time"
)

// lookAgain is the pause between two looks at files and processes, which no watch tells of.
const lookAgain = time.Second

// looked looks at least once, and again until a look is content, which it tells, or until there is no more patience.
func looked(patience context.Context, content func() bool) bool {
	for !content() {
		select {
		case <-time.After(lookAgain):
		case <-patience.Done():
			return false
		}
	}
	return true
}

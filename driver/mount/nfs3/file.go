package nfs3

import (
	"context"
	"fmt"
	"sync"

	"golang.org/x/sync/semaphore"
)

const (
	// Uncommitted writes are committed when a file, or all files together,
	// hold more than this many bytes.
	maxHeld      = 32 << 20
	maxHeldByAll = 256 << 20

	writers = 1 << 20 // more than ever write to one file at a time
)

// File is a file that is written to. Writes are unstable, which is fast;
// their data is kept until a commit has made them safe, and is written
// again when the server was restarted before that.
type File struct {
	client *Client
	handle Handle
	// turn is taken in part by a writer and wholly by a commit, so that a
	// replay never overtakes a newer write. Waiting for it ends with the
	// context, which a mutex could not do.
	turn *semaphore.Weighted

	mu   sync.Mutex
	kept []piece // what the server may still lose, oldest first
	held int     // bytes in kept
}

type piece struct {
	offset   uint64
	data     []byte
	verifier Verifier
}

// File returns a writer of the file. All who write to one file must share it.
func (c *Client) File(h Handle) *File {
	return &File{client: c, handle: h, turn: semaphore.NewWeighted(writers)}
}

// WriteAt writes all of data at the offset; where it fails it tells how many
// bytes were written before.
func (f *File) WriteAt(ctx context.Context, data []byte, offset uint64) (int, error) {
	done, full, err := f.write(ctx, data, offset)
	if err == nil && full {
		err = f.Commit(ctx)
	}
	return done, err
}

// write says full when it is time to commit.
func (f *File) write(ctx context.Context, data []byte, offset uint64) (done int, full bool, err error) {
	if err := f.turn.Acquire(ctx, 1); err != nil {
		return 0, false, fmt.Errorf("waiting to write: %w", context.Cause(ctx))
	}
	defer f.turn.Release(1)
	for done < len(data) {
		at := offset + uint64(done)
		answer, err := f.client.Write(ctx, f.handle, at, data[done:], Unstable)
		if err != nil {
			return done, full, err
		}
		if !answer.Stable {
			full = f.keep(at, data[done:done+answer.Count], answer.Verifier) || full
		}
		done += answer.Count
	}
	return done, full, nil
}

// keep remembers a copy of written data and says whether it is time to
// commit: there is much of it, or the server was restarted since the first.
func (f *File) keep(offset uint64, data []byte, verifier Verifier) bool {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.kept = append(f.kept, piece{offset, append([]byte(nil), data...), verifier})
	f.held += len(data)
	all := f.client.held.Add(int64(len(data)))
	return f.held > maxHeld || all > maxHeldByAll || f.kept[0].verifier != verifier
}

// Commit makes everything written safe.
func (f *File) Commit(ctx context.Context) error {
	if err := f.turn.Acquire(ctx, writers); err != nil {
		return fmt.Errorf("waiting to commit: %w", context.Cause(ctx))
	}
	defer f.turn.Release(writers)
	f.mu.Lock()
	kept := f.kept
	f.mu.Unlock()
	if len(kept) == 0 {
		return nil
	}
	verifier, err := f.client.Commit(ctx, f.handle)
	if err != nil {
		return err
	}
	for _, p := range kept {
		if p.verifier != verifier {
			// One lost piece means all are written again, in their order:
			// a newer piece may lie over an older one.
			if err := f.replay(ctx, kept); err != nil {
				return fmt.Errorf("writing again what the server lost: %w", err)
			}
			break
		}
	}
	f.Discard()
	return nil
}

func (f *File) replay(ctx context.Context, kept []piece) error {
	for _, p := range kept {
		for done := 0; done < len(p.data); {
			answer, err := f.client.Write(ctx, f.handle, p.offset+uint64(done), p.data[done:], FileSync)
			if err != nil {
				return err
			}
			done += answer.Count
		}
	}
	return nil
}

// Discard forgets what was not committed.
func (f *File) Discard() {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.client.held.Add(-int64(f.held))
	f.kept, f.held = nil, 0
}

// Package engine exists because everything csicert does ends in containers, and a machine may have no container
// engine, or be a restricted one on which a stock engine cannot run the privileged containers a cluster needs:
// Ensure ends with a Docker daemon that works, and says what it did and why.
//
// A daemon that already answers is used as it is. One is started only where none answers, and Stop stops only
// what Ensure started. The user's Docker configuration is never edited.
package engine

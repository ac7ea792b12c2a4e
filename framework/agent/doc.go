// Package agent is the one program in the workload pods and in the keeper pods of the nodes, whose images hold no
// shell, together with the types by which the harness speaks to it.
//
// Each verb is a [Request]: the harness builds the command line by its Args and decodes standard output with
// [Decode] into the type its comment names; the program reads the same type back from its command line and runs it.
// Standard output holds one JSON value or nothing, except for [Get] and [Hold]; standard error one sentence; the exit
// code is [ExitOK], [ExitFailed] or [ExitUsage].
package agent

package judges

func payloads() []edit {
	const diff, walk, write = "framework/payload/diff.go", "framework/payload/walk.go", "framework/payload/write.go"
	const each, whole = "TestEachDamageIsSeenUnderItsAspectAlone", "TestNeitherPartNorNothingIsTheWhole"
	return []edit{
		{file: diff, test: whole, often: true, wrong: "a subset is taken for equality: what is extra is passed over",
			was:    `out = append(out, Difference{Path: g[0].Path, Aspect: Content, What: "extra", Got: string(g[0].Type)})`,
			broken: `_ = g`},
		{file: diff, test: whole, often: true, wrong: "a part is taken for the whole: what is missing is passed over",
			was:    `out = append(out, Difference{Path: w[0].Path, Aspect: Content, What: "missing", Want: string(w[0].Type)})`,
			broken: `_ = w`},
		{file: diff, test: each + "/one_bit_of_a_block", wrong: "sizes are taken for contents",
			was:    `note(Content, w.SHA256 != g.SHA256, "bytes", "sha256 "+w.SHA256, "sha256 "+g.SHA256)`,
			broken: ``},
		{file: diff, test: each + "/setuid_dropped", wrong: "setuid, setgid and sticky are no part of a mode",
			was: `note(Modes, w.Mode != g.Mode,`, broken: `note(Modes, w.Mode&0o777 != g.Mode&0o777,`},
		{file: diff, test: each + "/another_gid", wrong: "a file's group is passed over",
			was: `note(Owners, w.GID != g.GID, "gid", w.GID, g.GID)`, broken: ``},
		{file: diff, test: each + "/a_nanosecond", wrong: "times are compared by the second",
			was: `note(Times, w.ModTime != g.ModTime,`, broken: `note(Times, w.ModTime/1e9 != g.ModTime/1e9,`},
		{file: diff, test: each + "/a_hard_link_became_a_copy", wrong: "hard links that became copies are passed over",
			was: `note(HardLinks, w.HardLinkGroup != g.HardLinkGroup,`, broken: `note(HardLinks, false,`},
		{file: diff, test: "TestNoAspectsMeansAll", often: true, wrong: "no aspects named means a few of them",
			was: "asked == 0 {\n\t\tasked = All", broken: "asked == 0 {\n\t\tasked = Core"},
		{file: diff, test: "TestSpecialFilesAreToldApart", wrong: "two devices of one type are taken for the same",
			was: `if w.Type != g.Type || w.Device != g.Device {`, broken: `if w.Type != g.Type {`},
		{file: diff, test: whole, wrong: "a name that stands twice is taken for one",
			was: "out = append(out, compare(w[0], g[0], asked)...)\n\t\t\tw, g = w[1:], g[1:]",
			broken: "out = append(out, compare(w[0], g[0], asked)...)\n\t\t\tat := w[0].Path\n" +
				"\t\t\tfor len(w) > 0 && w[0].Path == at {\n\t\t\t\tw = w[1:]\n\t\t\t}\n\t\t\tfor len(g) > 0 && g[0].Path == at {\n\t\t\t\tg = g[1:]\n\t\t\t}"},
		{file: "framework/payload/manifest.go", test: "TestOrderIsOfNoMatter", often: true, wrong: "a digest depends on the order of the walk",
			was: `for _, e := range sorted(m.Entries) {`, broken: `for _, e := range m.Entries {`},
		{file: walk, test: "TestAWalkThatCannotBeWholeIsAnError", wrong: "an entry that cannot be read is left out of the manifest",
			was: "if err != nil {\n\t\treturn fmt.Errorf(\"%q: %w\", full, err)\n\t}\n\tif sub == nil", broken: "if err != nil {\n\t\treturn nil\n\t}\n\tif sub == nil"},
		{file: walk, test: "TestAFileThatIsShorterThanItSaysIsAnError", wrong: "a file that shrinks while it is read is taken as it was",
			was: `if n != seen.Size {`, broken: `if n > seen.Size {`},
		{file: walk, test: "TestLostAndFoundIsLeftOutOnlyWhenItIsExt4s", wrong: "a folder lost+found of anybody's is left out",
			was: `name == "lost+found" && st.Uid == 0 {`, broken: `name == "lost+found" {`},
		{file: walk, test: "TestWhatIsWrittenIsWhatTheRecipeSays", wrong: "a link's target is passed over",
			was: `Symlink, 0, Path(target)`, broken: `Symlink, 0, Path(target[:0])`},
		{file: write, test: "TestWriteTakesNothingOfAnotherForItsOwn/hard-2", wrong: "another's entry is taken for the link that was to be made",
			was: `return err == nil && os.SameFile(first, found)`, broken: "_ = first\n\t\treturn err == nil"},
		{file: write, test: "TestWriteGetsOnWhereItIsToldThatItsOwnExists", wrong: "a file server's second answer to one call fails the writer",
			was: `if errors.Is(err, fs.ErrExist) && n.isThere(r) {`, broken: `if false {`},
	}
}

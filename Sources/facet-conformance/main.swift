import Glibc

// Runs ONNX's own operator cases (Debian: libonnx-testdata) through import, compiler and engine: float32 against the outputs that
// come with the cases, int8 against float32. docs/conformance.md says what is compared.

let usage = """
  usage: facet-conformance --data FOLDER --cases FILE --excluded FILE
         facet-conformance --data FOLDER --only CASE
  FOLDER holds the folders node, pytorch-converted and pytorch-operator of the cases.

  """

func complain(_ text: String) {
  let bytes = Array("facet-conformance: \(text)\n".utf8)
  _ = write(STDERR_FILENO, bytes, bytes.count)
}

/// A new folder of this process.
func makeWorkFolder() -> String? {
  var template = Array("\(getenv("TMPDIR").map { String(cString: $0) } ?? "/tmp")/facet-conformance-XXXXXX".utf8CString)
  return template.withUnsafeMutableBufferPointer { buffer in
    buffer.baseAddress.flatMap(mkdtemp).map { String(cString: $0) }
  }
}

func run() -> Int32 {
  do {
    let arguments = try ConformanceArguments(Array(CommandLine.arguments.dropFirst()))
    let package = Package(root: arguments.data)
    guard let work = makeWorkFolder() else {
      complain("no temporary folder can be made")
      return 1
    }
    defer {
      unlink(work + "/input.npy")
      rmdir(work)
    }
    let check = CaseCheck(workFolder: work)
    if let only = arguments.only {
      var suite = Suite()
      suite.run(only, folder: package.folder(only), reasons: [:], check: check)
      print("\(suite.summary); \(suite.int8) with int8")
      return suite.failed == 0 ? 0 : 1
    }
    let reasons = try Tables.excluded(arguments.excluded)
    var core = Suite()
    let cases = try Tables.cases(arguments.cases)
    for name in cases { core.run(name, folder: package.folder(name), reasons: reasons, check: check) }
    var converted = Suite()
    let convolutions = package.convolutionCases()
    for (name, folder) in convolutions { converted.run(name, folder: folder, reasons: reasons, check: check) }
    let known = Set(cases + convolutions.map(\.name))
    let unknown = reasons.keys.filter { !known.contains($0) }.sorted()
    for name in unknown { complain("'\(name)' is excluded, but is not a case") }
    print("\(core.int8) of the cases and \(converted.int8) of pytorch's ran in int8, too")
    print(core.summary)
    print("pytorch: \(converted.summary)")
    return core.failed + converted.failed + unknown.count == 0 && converted.passed > 0 ? 0 : 1
  } catch let error as ConformanceArguments.UsageError {
    complain("\(error.message)\n\(usage)")
    return 64
  } catch {
    complain((error as? CaseProblem)?.message ?? "\(error)")
    return 1
  }
}

exit(run())

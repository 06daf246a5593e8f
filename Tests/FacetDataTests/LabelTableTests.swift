import FacetDiagnostics
import FacetTestSupport
import Testing

@testable import FacetData

@Suite struct LabelTableTests {
  func parse(_ text: String) throws(FacetError) -> LabelTable {
    try LabelTable(parsing: Array(text.utf8), name: "labels.csv")
  }

  @Test("Columns keep their order, the file column may stand anywhere")
  func columns() throws {
    let table = try parse("age,file,skin_tone\n30,a.png,2\n,sub/b.png,5\n")
    #expect(table.columns == ["age", "skin_tone"])
    #expect(table.files == ["a.png", "sub/b.png"])
    #expect(table[column: "age"] == ["30", ""])
    #expect(table[column: "skin_tone"] == ["2", "5"])
    #expect(table[column: "file"] == nil)
  }

  @Test("Quotes, byte order mark, CRLF, empty lines and a missing last line end are as RFC 4180 and editors write them")
  func quoting() throws {
    let table = try parse("\u{feff}file,note\r\n\r\n\"a,1.png\",\"say \"\"hi\"\"\r\nto me\"\r\nb.png,é\r\n\r\nc.png,")
    #expect(table.files == ["a,1.png", "b.png", "c.png"])
    #expect(table[column: "note"] == ["say \"hi\"\r\nto me", "é", ""])
    #expect(table.lines == [3, 5, 7])
  }

  @Test("Columns apart by something else get the remedy for that")
  func separator() {
    #expect(failure { () throws(FacetError) in try parse("file;age\na.png;1") }?.remedy == "Separate the columns with commas.")
    #expect(failure { () throws(FacetError) in try parse("name,age\na.png,1") }?.remedy.contains("'file'") == true)
  }

  @Test(
    "A fault is named with its line and column",
    arguments: [
      ("", "empty", "line 1"), ("\n\n", "empty", "line 1"), ("file,age\n", "empty", "line 1"),
      ("name,age\na,1", "no-file-column", "line 1"), ("file,age,age\n", "duplicate-column", "line 1, field 3"),
      ("file,\n", "columns", "line 1, field 2"), ("file,age\na.png,1\nb.png\n", "fields", "line 3"),
      ("file,age\na.png,1,2\n", "fields", "line 2"), ("file,age\na.png,\"1\n\n", "quote", "line 2, field 2"),
      ("file,age\na.png,x\"y\n", "quote", "line 2, field 2"), ("file,age\na.png,\"x\"y\n", "quote", "line 2, field 2"),
      ("file,age\ra.png,1\r", "line-end", "line 1, field 2"), ("file\n../a.png\n", "path", "line 2, column file"),
      ("file\na/../../b.png\n", "path", "line 2, column file"), ("file\n/etc/passwd\n", "path", "line 2, column file"),
      ("file,age\n,1\n", "path", "line 2, column file"), ("file\na\0.png\n", "encoding", "line 2, field 1"),
    ])
  func fault(text: String, reason: String, place: String) {
    let error = failure { () throws(FacetError) in try parse(text) }
    #expect(error?.code == "data.labels.\(reason)")
    #expect(error?.place == place)
  }

  @Test("Text that is not UTF-8 is refused")
  func encoding() {
    let bytes = Array("file,age\na.png,".utf8) + [0xe9, 0x0a]
    #expect(code { () throws(FacetError) in try LabelTable(parsing: bytes, name: "x") } == "data.labels.encoding")
  }

  @Test("Too many columns are refused before they are stored")
  func limits() {
    let wide = "file" + (0..<5000).map { ",c\($0)" }.joined()
    #expect(code { () throws(FacetError) in try parse(wide) } == "data.labels.columns")
  }

  @Test("A limit reads no further than it needs")
  func limit() throws {
    let table = try LabelTable(parsing: Array("file\na\nb\nbad,line\n".utf8), name: "x", limit: 2)
    #expect(table.files == ["a", "b"])
  }

  @Test("A damaged table is rectangular or an error with a place")
  func damage() {
    let seed: UInt64 = 99
    let text = "file,age,note\r\na.png,1,\"x,\"\"y\"\"\"\r\nb.png,2,\n\nc/d.png,\"3\",z\n"
    forEachDamaged(Array(text.utf8), variants: 3000, seed: seed) { damaged in
      do throws(FacetError) {
        let table = try LabelTable(parsing: damaged, name: "x")
        #expect(table.values.count == table.columns.count, "seed \(seed)")
        #expect(table.values.allSatisfy { $0.count == table.files.count }, "seed \(seed)")
      } catch {
        #expect(error.code.hasPrefix("data.labels.") && error.place != nil, "seed \(seed)")
      }
    }
  }

  @Test("A name cannot steer the terminal that shows the error")
  func escapes() {
    let error = failure { () throws(FacetError) in try parse("file\n/\u{1b}[2J\u{202e}x\n") }
    #expect(error?.description.contains("\\u{1b}[2J\\u{202e}x") == true)
  }
}

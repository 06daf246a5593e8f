import FacetDiagnostics

/// `text` with control characters, line separators and bidirectional overrides written as `\u{..}`, and bytes of file names that are no text
/// as U+FFFD.
package func printable(_ text: String) -> String { escaped(FileName.shown(text)) }

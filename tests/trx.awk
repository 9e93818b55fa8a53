# Reads trx files. Prints every failed test with its message and the first line of code named, every skipped test with its reason,
# and last "= PASSED FAILED SKIPPED", which the caller takes off and adds up.
function plain(text) {
  gsub(/&lt;/, "<", text); gsub(/&gt;/, ">", text); gsub(/&quot;/, "\"", text); gsub(/&apos;/, "'", text)
  gsub(/&#xD;/, "", text); gsub(/&#xA;/, "\n", text); gsub(/&amp;/, "\\&", text)
  return text
}
function attribute(name,   at, rest) {
  at = index($0, " " name "=\"")
  if (!at) { return "" }
  rest = substr($0, at + length(name) + 3)
  return plain(substr(rest, 1, index(rest, "\"") - 1))
}
function finish() {
  if (outcome == "Failed") {
    printf "FAILED %s\n", test
    count = split(message, lines, "\n")
    for (i = 1; i <= count && i <= 40; i++) { print "    " lines[i] }
    if (count > 40) { printf "    ... and %d lines more\n", count - 40 }
    if (where != "") { print "    " where }
  } else if (outcome == "Skipped") {
    printf "skipped %s: %s\n", test, message
  }
  outcome = ""
}
{ sub(/\r$/, "") }
/<UnitTestResult / {
  test = attribute("testName"); message = ""; where = ""
  said = attribute("outcome")
  if (said == "Passed") { passed++; outcome = "Passed" }
  else if (said == "NotExecuted" || said == "Inconclusive") { skipped++; outcome = "Skipped" }
  else { failed++; outcome = "Failed" }
  if ($0 ~ /\/>[[:space:]]*$/) { finish() }
  next
}
/<Message>/ && outcome != "" { reading = 1; sub(/.*<Message>/, "") }
reading {
  line = $0; ended = sub(/<\/Message>.*/, "", line)
  message = message (message == "" ? "" : "\n") plain(line)
  if (ended) { reading = 0 }
  next
}
where == "" && outcome == "Failed" && / in .*:line [0-9]+/ { where = plain($0); sub(/.*<StackTrace>/, "", where); sub(/<\/StackTrace>.*/, "", where); sub(/^ +/, "", where) }
/<\/UnitTestResult>/ { finish() }
END { printf "= %d %d %d\n", passed, failed, skipped }

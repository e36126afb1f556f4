# Reads the .trx files of a test run and prints what a person needs: each failure with message, stack and output; each skip reason
# once, with a count and the variables it names; last 'N passed, N failed'. Exits 1 when a test failed, a run broke off, or none ran.
#
#   awk -v status=EXIT_CODE_OF_DOTNET_TEST -f trx.awk *.trx </dev/null
#
# XML without an XML parser: a '<' inside a value is always escaped, so a record that starts at '<' is one tag and the text after it;
# '>' is escaped by the .NET writer too, so the first one ends the tag. Plain POSIX awk, runs with mawk, gawk and busybox.

BEGIN { RS = "<" }

function attribute(name) {
  if (!match(tag, " " name "=\"[^\"]*\"")) return ""
  return decode(substr(tag, RSTART + length(name) + 3, RLENGTH - length(name) - 4))
}

function decode(s) {
  if (index(s, "&") == 0) return s
  gsub(/&#xA;/, "\n", s); gsub(/&#x9;/, "\t", s); gsub(/&#x[0-9A-Fa-f]+;/, "", s)
  gsub(/&lt;/, "<", s); gsub(/&gt;/, ">", s); gsub(/&quot;/, "\"", s); gsub(/&apos;/, "'", s); gsub(/&amp;/, "\\&", s)
  return s
}

function one_line(s) {
  gsub(/[ \t\r\n]+/, " ", s); sub(/^ /, "", s); sub(/ $/, "", s)
  return s
}

# The lines of s, each behind four blanks, at most 'most' of them.
function indented(s, most,    lines, count, i, out) {
  sub(/[ \t\r\n]+$/, "", s)
  count = split(s, lines, "\n")
  for (i = 1; i <= count && i <= most; i++) out = out "    " lines[i] "\n"
  if (count > most) out = out "    ... " (count - most) " more lines in the .trx file\n"
  return out
}

function variables(s,    out, name) {
  while (match(s, /FLAFKA_[A-Z0-9_]*[A-Z0-9]/)) {
    name = substr(s, RSTART, RLENGTH)
    if (index(" " out " ", " " name " ") == 0) out = out (out == "" ? "" : " ") name
    s = substr(s, RSTART + RLENGTH)
  }
  return out
}

function end_result() {
  if (outcome == "Passed") passed++
  else if (outcome == "Failed" || outcome == "Error" || outcome == "Timeout" || outcome == "Aborted") {
    failed++
    failed_id[failed] = id
    failed_name[failed] = name
    failed_text[failed] = indented(message, 200) indented(stack, 40) (output == "" ? "" : "  Output:\n" indented(output, 100))
  } else {
    reason = one_line(message)
    sub(/^OneTimeSetUp: /, "", reason)
    if (reason == "") reason = "(no reason given)"
    skipped++
    if (!(reason in skips)) reasons[++kinds] = reason
    skips[reason]++
  }
  inside = 0
}

{
  cut = index($0, ">")
  if (cut == 0) next
  tag = substr($0, 1, cut - 1)
  text = substr($0, cut + 1)
  closed = tag ~ /\/$/
  match(tag, /^[\/A-Za-z0-9_:?]+/)
  element = substr(tag, 1, RLENGTH)
}

element == "UnitTestResult" {
  inside = 1
  id = attribute("testId"); name = attribute("testName"); outcome = attribute("outcome")
  message = ""; stack = ""; output = ""
  if (closed) end_result()
}
element == "/UnitTestResult" { end_result() }
inside && element == "Message" { message = decode(text) }
inside && element == "StackTrace" { stack = decode(text) }
inside && element == "StdOut" { output = decode(text) }

element == "UnitTest" { defined = attribute("id") }
element == "TestMethod" { class_of[defined] = attribute("className") }

# A run that broke off (the test process died or hung) has an outcome of its own and an error text next to its tests.
element == "ResultSummary" { run_failed = (attribute("outcome") == "Failed"); in_summary = 1; run_error = ""; run_name = "?" }
in_summary && element == "StdOut" && match(text, /Running [a-z]+ tests in [^\n]*/) {
  run_name = decode(substr(text, RSTART, RLENGTH)); sub(/.*\//, "", run_name)
}
element == "RunInfo" { is_error = (attribute("outcome") == "Error") }
element == "Text" && is_error { run_error = run_error decode(text) "\n" }
element == "/RunInfo" { is_error = 0 }
element == "/ResultSummary" {
  in_summary = 0
  if (run_failed && run_error != "") broken[++breaks] = run_name " broke off\n" indented(run_error, 8)
}

END {
  for (i = 1; i <= failed; i++) {
    class = class_of[failed_id[i]]
    printf "\nFAILED %s\n%s", (class == "" || index(failed_name[i], class) == 1 ? "" : class ".") failed_name[i], failed_text[i]
  }
  for (i = 1; i <= breaks; i++) printf "\nFAILED %s", broken[i]
  failed += breaks
  if (status != 0 && failed == 0) {
    print "\nFAILED dotnet test ended with exit code " status " although no test failed; see its output above"
    failed++
  }
  if (skipped > 0) {
    print "\nSkipped " skipped ":"
    for (i = 1; i <= kinds; i++) { # selection sort, most frequent first
      best = i
      for (j = i + 1; j <= kinds; j++) if (skips[reasons[j]] > skips[reasons[best]]) best = j
      reason = reasons[best]; reasons[best] = reasons[i]; reasons[i] = reason
      enable = variables(reason)
      printf "  %5d  %s [%s]\n", skips[reason], reason, (enable == "" ? "no variable enables it" : "enable with " enable)
    }
  }
  if (passed + failed == 0) print "\nNo test ran."
  printf "\n%d passed, %d failed\n", passed, failed
  exit(failed > 0 || passed == 0)
}

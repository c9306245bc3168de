/* Stands in for python.exe and py.exe: writes down what it is given and ends as STUB_HAS says. */
#include <stdio.h>
#include <stdlib.h>
#include <wchar.h>

int wmain(int argc, wchar_t **argv) {
  const wchar_t *has = _wgetenv(L"STUB_HAS"), *utf8 = _wgetenv(L"PYTHONUTF8");
  FILE *log = _wfopen(_wgetenv(L"STUB_LOG"), L"a, ccs=UTF-8");
  for (int k = 1; k < argc; k++) fwprintf(log, L"[%ls]", argv[k]);
  fwprintf(log, L"[UTF8=%ls]\n", utf8 ? utf8 : L"");
  fclose(log);
  if (argc > 1 && argv[1][0] == L'-' && argv[1][1] == L'3' && !(has && wcsstr(has, argv[1])))
    return 103; /* what py.exe says of a version that is not there */
  if (argc > 2 && !wcscmp(argv[argc - 2], L"-c")) return has && wcsstr(has, L"old") ? 1 : 0;
  return 7;
}

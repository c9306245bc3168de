@echo off
rem Tapak on an office computer with Windows: double-click, or drop a study's folder on it.
rem Looks for Python 3.11 or newer and hands over to tools\laptop.py.
setlocal EnableExtensions DisableDelayedExpansion
chcp 65001 >nul 2>nul
set "PYTHONUTF8=1"
set "TAPAK_PY=%~dp0python\python.exe"
set "TAPAK_VER="
if exist "%TAPAK_PY%" goto run
set "TAPAK_PY=py"
for %%V in (3.11 3.13 3.12 3.14) do call :try %%V
if defined TAPAK_VER goto run
set "TAPAK_PY=python"
python -c "import sys; sys.exit(sys.version_info[:2] < (3, 11))" >nul 2>nul
if not errorlevel 1 goto run
echo Python 3.11 atau lebih baru tidak ditemukan di komputer ini.
echo Pasang Python dari python.org untuk pengguna ini saja - tidak perlu hak administrator -
echo atau minta folder Tapak yang sudah berisi folder "python", lalu jalankan Tapak.cmd lagi.
set "TAPAK_CODE=1"
goto end

:try
if defined TAPAK_VER exit /b 0
py -%1 -c "import sys" >nul 2>nul
if not errorlevel 1 set "TAPAK_VER=-%1"
exit /b 0

:run
"%TAPAK_PY%" %TAPAK_VER% "%~dp0tools\laptop.py" %*
set "TAPAK_CODE=%ERRORLEVEL%"

:end
if not "%TAPAK_CODE%"=="0" pause
exit /b %TAPAK_CODE%

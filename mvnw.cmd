@echo off
rem Runs Maven for this project, on a JDK 25 or later, from any working folder; arguments go to Maven unchanged.
rem The JDK: JAVA_HOME, else java on the PATH, else the lowest fitting one in the usual folders.
rem Maven: mvn on the PATH, which must be 3.8 or later, else one fetched once from the Apache project's download site.
setlocal
set "MAVEN=3.9.16"
set "MAVEN_SHA512=ed41650d42485cfc243fad22158caf9cbb5dc408ce7a09ddb94dd42a019de929ca43065bfa450612cf12bf78b5cafa3884b96c090de326ff590448c933454af3"
cd /d "%~dp0"

set "JDK="
set "LOWEST=9999"
call :try "%JAVA_HOME%"
if not defined JDK for %%j in (java.exe) do if not "%%~$PATH:j"=="" call :try "%%~dp$PATH:j.."
if not defined JDK for %%r in ("%ProgramFiles%\Eclipse Adoptium" "%ProgramFiles%\Java" "%ProgramFiles%\Microsoft" "%ProgramFiles%\Zulu" "%ProgramFiles%\Amazon Corretto" "%ProgramFiles%\BellSoft" "%USERPROFILE%\.jdks" "%USERPROFILE%\scoop\apps" "%LOCALAPPDATA%\Programs\Eclipse Adoptium") do (
  for /d %%d in ("%%~r\*") do call :try "%%~d"
)
if not defined JDK (
  echo mvnw: no JDK 25 or later was found in JAVA_HOME, on the PATH or in the usual folders below "%ProgramFiles%" and "%USERPROFILE%\.jdks". 1>&2
  echo Install one, for instance Eclipse Temurin 25 from https://adoptium.net, or set JAVA_HOME to the folder of one. 1>&2
  exit /b 1
)
set "JAVA_HOME=%JDK%"

for /f "tokens=3,4 delims=. " %%a in ('mvn.cmd -v 2^>nul ^| findstr /c:"Apache Maven"') do (
  if %%a gtr 3 goto installed
  if %%a equ 3 if %%b geq 8 goto installed
)
set "DISTS=%USERPROFILE%\.m2\wrapper\dists\manyhands"
set "MVN=%DISTS%\apache-maven-%MAVEN%\bin\mvn.cmd"
if not exist "%MVN%" call :fetch
if not exist "%MVN%" (
  echo mvnw: Maven could not be fetched. Install Maven 3.8 or later, and run this again. 1>&2
  exit /b 1
)
call "%MVN%" %*
exit /b %ERRORLEVEL%

:installed
call mvn.cmd %*
exit /b %ERRORLEVEL%

rem Takes folder %1 as the JDK if it is one of version 25 or later, and lower than what was taken before.
:try
if not exist "%~1\bin\javac.exe" exit /b 0
if not exist "%~1\release" exit /b 0
for /f "tokens=2 delims==." %%v in ('findstr /b "JAVA_VERSION=" "%~1\release"') do call :fits "%~1" %%v
exit /b 0

:fits
set "MAJOR=%~2"
set "MAJOR=%MAJOR:"=%"
if %MAJOR% lss 25 exit /b 0
if %MAJOR% geq %LOWEST% exit /b 0
set "LOWEST=%MAJOR%"
set "JDK=%~f1"
exit /b 0

rem Unpacks beside the target and moves at the end, so that a break never leaves half a Maven there.
:fetch
echo mvnw: Maven 3.8 or later is not installed; fetching %MAVEN% 1>&2
powershell -NoProfile -ExecutionPolicy Bypass -Command ^
  "$ErrorActionPreference='Stop'; $ProgressPreference='SilentlyContinue'; [Net.ServicePointManager]::SecurityProtocol='Tls12';" ^
  "$work=Join-Path $env:DISTS ([guid]::NewGuid()); $zip=Join-Path $work 'maven.zip'; New-Item -ItemType Directory -Force $work | Out-Null;" ^
  "$file=\"maven/maven-3/$env:MAVEN/binaries/apache-maven-$env:MAVEN-bin.zip\";" ^
  "try { Invoke-WebRequest -UseBasicParsing \"https://dlcdn.apache.org/$file\" -OutFile $zip } catch { Invoke-WebRequest -UseBasicParsing \"https://archive.apache.org/dist/$file\" -OutFile $zip };" ^
  "if ((Get-FileHash -Algorithm SHA512 $zip).Hash -ne $env:MAVEN_SHA512) { throw 'the archive has another SHA-512 than expected' };" ^
  "Expand-Archive $zip $work; Move-Item (Join-Path $work \"apache-maven-$env:MAVEN\") $env:DISTS; Remove-Item -Recurse -Force $work"
exit /b 0

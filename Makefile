# Every target runs Maven through bin/agentcore --mvn, which finds a JDK that is new enough.
# Maven is quiet (-q), except for compiler warnings and the output of the tests.
log = -Dorg.slf4j.simpleLogger.log.org.apache.maven.plugin
mvn = bin/agentcore --mvn -q $(log).compiler=warn $(log).surefire=info
report = target/site/jacoco
comma = ,
space = $(subst ,, )
steps = one two three four five
step = $(or $(word $(or $(STEP),9),$(steps)),$(error say which step: STEP=1 to STEP=5))
before = $(or $(filter-out none,$(word $(or $(STEP),9),none $(steps))),$(error say which step: STEP=2 to STEP=5))
concurrent = $(subst $(space),$(comma),$(patsubst %,**/%/*Test, \
	connection consumer dispatch gate group link metrics poison protocol redis socket torture transport))

.PHONY: help build test test-all one-carrier asyncapi openapi axe torture fuzz run bench engines format coverage javadoc client learn learn-diff trace loc clean dist dist-test image deploy-test outdated

help: ## print these targets
	@sed -n 's/^\([a-z-]*\):.*## \(.*\)/  make \1\t\2/p' Makefile | expand -t 18

learn: ## run a step of src/learn (make learn STEP=1 PORT=8000; steps 4 and 5 with REDIS=redis://localhost:6379)
	@src/learn/run '$(step)' '$(or $(PORT),8000)' '$(REDIS)'

learn-diff: ## print what changes in the code from the step before (make learn-diff STEP=2)
	@src/learn/diff '$(before)' '$(step)'

trace: ## follow one message through the real server, and print its way with times and bytes
	@$(mvn) -Dquick test -Dtest=TraceTest; code=$$?; cat target/surefire-reports/*TraceTest-output.txt; exit $$code

build: ## compile with all warnings as errors; creates target/agentcore.jar and target/lib
	@$(mvn) package -DskipTests

test: ## check the format, build, run all tests (one class, without the checks: make test TEST=OutboxTest)
ifdef TEST
	@$(mvn) -Dquick test -Dtest='$(TEST)'
else
	@command -v chromium >/dev/null || echo "chromium is not installed: skipping the browser tests (*BrowserTest)."
	@[ -d target/axe/node_modules ] || echo "axe-core is missing (make axe): skipping AxeBrowserTest."
	@rm -f target/jacoco.exec
	@$(mvn) spotless:check package
endif

test-all: ## run all tests with longer fuzz, torture and load, then build and test the archive (as CI does)
	@rm -f target/jacoco.exec
	@$(mvn) spotless:check verify -Dagentcore.inputs=60000 -Dagentcore.seconds=20 -Dagentcore.long=true \
		-Dagentcore.jit=-XX:+TieredCompilation
	@rm -rf target/test-reports && cp -r target/surefire-reports target/test-reports # dist-test overwrites them
	@$(MAKE) --no-print-directory dist dist-test

one-carrier: ## run the concurrency tests with one carrier thread for all virtual threads (matters on JDK 21)
	@$(mvn) -Dquick test -Dtest='$(or $(TEST),$(concurrent))' \
		-Dagentcore.jvm='-Djdk.virtualThreadScheduler.parallelism=1 -Djdk.virtualThreadScheduler.maxPoolSize=1'

asyncapi: ## validate src/docs/asyncapi.json with AsyncAPI's parser (needs npm)
	@src/asyncapi/run

client: build ## check the npm package of src/client/js with TypeScript, and in Node, Deno and Bun (needs npm)
	@src/client/check/run

openapi: ## check src/docs/openapi.json with Redocly's linter (needs npm)
	@src/openapi/run

axe: ## fetch axe-core, with which a test examines the pages (needs npm)
	@src/axe/run

torture: ## run servers under random faults (make torture SECONDS=600 SEED=1)
	@$(mvn) package -Dtest='*TortureTest' -Dsurefire.timeout=0 -Djacoco.skip \
		-Dagentcore.seconds=$(or $(SECONDS),600) $(if $(SEED),-Dagentcore.seed=$(SEED)); \
		code=$$?; cat target/surefire-reports/*TortureTest-output.txt; exit $$code

fuzz: ## send random inputs to a server, a million by default (make fuzz SEED=1 INPUTS=10000000)
	@$(mvn) test -Dtest='*FuzzTest' -Djacoco.skip -Dsurefire.timeout=0 \
		-Dagentcore.inputs=$(or $(INPUTS),1000000) $(if $(SEED),-Dagentcore.seed=$(SEED))

run: ## run the server, or another command (make run ARGS="serve --help")
	@bin/agentcore $(ARGS)

bench: build ## compare speed with peers and bare writes, 10 min (one part: make bench SCENARIO=echo ROUNDS=5)
	@src/bench/run '$(or $(ROUNDS),5)' '$(SCENARIO)'

engines: build ## compare speed with the server class of the engine's own library, 2 min
	@src/bench/run engines

dist: ## build the archive that needs no Java, target/dist/agentcore-VERSION-OS-ARCH.tar.gz, its SBOM, the npm package
	@$(mvn) package -DskipTests cyclonedx:makeBom
	@src/dist/build
	@src/client/js/pack

dist-test: ## test the archive: reproducible, usable as a library, end-to-end tests without Java (TEST=...)
	@TEST='$(TEST)' src/dist/test

image: ## build an OCI image from the archive, for docker load (on Debian or Ubuntu, with busybox-static)
	@src/dist/image

deploy-test: ## run the systemd unit in systemd and the image in runc (as root; needs umoci and runc)
	@src/dist/test-systemd
	@src/dist/test-image

outdated: ## print newer versions of dependencies and plugins (asks the registry)
	@$(mvn) -Dorg.slf4j.simpleLogger.log.org.codehaus.mojo.versions=info \
		versions:display-dependency-updates versions:display-plugin-updates

format: ## format all Java files
	@$(mvn) spotless:apply

coverage: ## print the line coverage of the last `make test`, and where the report is
	@[ -f $(report)/jacoco.csv ] || $(MAKE) --no-print-directory test
	@awk -F, 'NR > 1 { n[$$2] += $$9; all[$$2] += $$8 + $$9; n["total"] += $$9; all["total"] += $$8 + $$9 } \
		END { for (p in n) if (all[p]) printf "%s  %-40s %6d lines %5.1f%%\n", \
			p == "total", p, all[p], 100 * n[p] / all[p] }' $(report)/jacoco.csv | sort | cut -c 2-
	@echo "  $(report)/index.html"

javadoc: build ## write the library's Javadoc to target/javadoc, with warnings as errors
	@"$$(bin/agentcore --java-home)/bin/javadoc" -Werror -Xdoclint:all,-missing -d target/javadoc \
		--module-path target/lib @src/docs/javadoc.options
	@echo "  target/javadoc/index.html"

loc: ## count the lines of Java per package
	@bin/loc

clean: ## remove all build output
	@rm -rf target

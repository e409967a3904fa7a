# Maven does the work; bin/agentcore --mvn runs it on a JDK that is new enough, whatever the default is.
# Quiet (-q), but for warnings of the compiler and what the tests say.
log = -Dorg.slf4j.simpleLogger.log.org.apache.maven.plugin
mvn = bin/agentcore --mvn -q $(log).compiler=warn $(log).surefire=info
report = target/site/jacoco
comma = ,
space = $(subst ,, )
concurrent = $(subst $(space),$(comma),$(patsubst %,**/%/*Test, \
	connection consumer dispatch gate metrics poison protocol redis torture transport))

.PHONY: help build test test-all one-carrier asyncapi torture fuzz run bench engines format coverage javadoc loc clean dist dist-test outdated

help: ## print these targets
	@sed -n 's/^\([a-z-]*\):.*## \(.*\)/  make \1\t\2/p' Makefile | expand -t 18

build: ## compile with all warnings as errors, make target/agentcore.jar and target/lib
	@$(mvn) package -DskipTests

test: ## check the format, build, run all tests (make test TEST=OutboxTest: one class, without the checks)
ifdef TEST
	@$(mvn) -Dquick test -Dtest='$(TEST)'
else
	@command -v chromium >/dev/null || echo "No chromium here: the tests in a browser (*BrowserTest) are skipped."
	@rm -f target/jacoco.exec
	@$(mvn) spotless:check package
endif

test-all: ## run all tests with longer fuzz, torture and traffic, then make the archive and test it (as CI does)
	@rm -f target/jacoco.exec
	@$(mvn) spotless:check verify -Dagentcore.inputs=200000 -Dagentcore.seconds=60 -Dagentcore.long=true \
		-Dagentcore.jit=-XX:+TieredCompilation
	@rm -rf target/test-reports && cp -r target/surefire-reports target/test-reports # dist-test writes others there
	@$(MAKE) --no-print-directory dist dist-test

one-carrier: ## run the tests of concurrency with one carrier for all virtual threads (what matters on JDK 21)
	@$(mvn) -Dquick test -Dtest='$(or $(TEST),$(concurrent))' \
		-Dagentcore.jvm='-Djdk.virtualThreadScheduler.parallelism=1 -Djdk.virtualThreadScheduler.maxPoolSize=1'

asyncapi: ## have AsyncAPI's own parser validate src/docs/asyncapi.json (needs npm)
	@src/asyncapi/run

torture: ## run servers under random faults, for as long as one likes (make torture SECONDS=600 SEED=1)
	@$(mvn) package -Dtest='*TortureTest' -Dsurefire.timeout=0 -Djacoco.skip \
		-Dagentcore.seconds=$(or $(SECONDS),600) $(if $(SEED),-Dagentcore.seed=$(SEED)); \
		code=$$?; cat target/surefire-reports/*TortureTest-output.txt; exit $$code

fuzz: ## send random inputs to a server (make fuzz SEED=1 INPUTS=10000000), a million if it is not said
	@$(mvn) test -Dtest='*FuzzTest' -Djacoco.skip -Dsurefire.timeout=0 \
		-Dagentcore.inputs=$(or $(INPUTS),1000000) $(if $(SEED),-Dagentcore.seed=$(SEED))

run: ## run the server (with arguments: make run ARGS="serve --help")
	@bin/agentcore $(ARGS)

bench: build ## compare with a peer and bare writes, 10 min (make bench SCENARIO=echo ROUNDS=5: a part of it)
	@src/bench/run '$(or $(ROUNDS),5)' '$(SCENARIO)'

engines: build ## compare with the server class of the protocol engine's own library, 2 min
	@src/bench/run engines

dist: ## make the archive that needs no Java, target/dist/agentcore-VERSION-OS-ARCH.tar.gz, and its SBOM
	@$(mvn) package -DskipTests cyclonedx:makeBom
	@src/dist/build

dist-test: ## test that archive: the same bytes again, the library, the end-to-end tests without Java (TEST=...: these)
	@TEST='$(TEST)' src/dist/test

outdated: ## print which newer versions there are of what the build uses (asks the registry)
	@$(mvn) -Dorg.slf4j.simpleLogger.log.org.codehaus.mojo.versions=info \
		versions:display-dependency-updates versions:display-plugin-updates

format: ## put the format of all Java files right
	@$(mvn) spotless:apply

coverage: ## print the share of lines that the last `make test` ran, and where the report is
	@[ -f $(report)/jacoco.csv ] || $(MAKE) --no-print-directory test
	@awk -F, 'NR > 1 { n[$$2] += $$9; all[$$2] += $$8 + $$9; n["total"] += $$9; all["total"] += $$8 + $$9 } \
		END { for (p in n) if (all[p]) printf "%s  %-40s %6d lines %5.1f%%\n", \
			p == "total", p, all[p], 100 * n[p] / all[p] }' $(report)/jacoco.csv | sort | cut -c 2-
	@echo "  $(report)/index.html"

javadoc: build ## write the documentation of the library to target/javadoc, every warning an error
	@"$$(bin/agentcore --java-home)/bin/javadoc" -Werror -Xdoclint:all,-missing -d target/javadoc \
		--module-path target/lib @src/docs/javadoc.options
	@echo "  target/javadoc/index.html"

loc: ## count the lines of Java by package
	@bin/loc

clean: ## remove what was built
	@rm -rf target

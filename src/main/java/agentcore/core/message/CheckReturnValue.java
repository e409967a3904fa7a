package agentcore.core.message;

import static java.lang.annotation.ElementType.TYPE;
import static java.lang.annotation.RetentionPolicy.CLASS;

import java.lang.annotation.Retention;
import java.lang.annotation.Target;

/**
 * Marks a class whose methods only return a value. Error Prone, which recognises the annotation by
 * its simple name, reports calls that ignore the value.
 */
@Retention(CLASS)
@Target(TYPE)
@interface CheckReturnValue {}

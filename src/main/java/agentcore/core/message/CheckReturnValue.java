package agentcore.core.message;

import static java.lang.annotation.ElementType.TYPE;
import static java.lang.annotation.RetentionPolicy.CLASS;

import java.lang.annotation.Retention;
import java.lang.annotation.Target;

/**
 * Marks a class whose methods do nothing but return a value. Error Prone reports a call whose value
 * is not used; it recognises the annotation by its simple name.
 */
@Retention(CLASS)
@Target(TYPE)
@interface CheckReturnValue {}

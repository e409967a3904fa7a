package agentcore.core.backend.redis.link;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Parsing; agentcore.redis.RedisUrlTest connects. */
class RedisUrlTest {
  @ParameterizedTest
  @CsvSource({
    "redis://localhost,              redis://localhost:6379/0",
    "redis://localhost/,             redis://localhost:6379/0",
    "redis://localhost:,             redis://localhost:6379/0",
    "REDIS://localhost:6380/3,       redis://localhost:6380/3",
    "rediss://example.com:6380/15,   rediss://example.com:6380/15",
    "redis://chat_redis:6379/0,      redis://chat_redis:6379/0",
    "redis://_a._b-:1/0,             redis://_a._b-:1/0",
    "redis://10.0.0.1:65535,         redis://10.0.0.1:65535/0",
    "redis://[::1]:6379/0,           redis://[::1]:6379/0",
    "redis://[fe80::1%eth0],         redis://[fe80::1%eth0]:6379/0",
    "redis://:pw@[::1]:6379/0,       redis://[::1]:6379/0",
    "redis://u:p@my_host,            redis://my_host:6379/0",
    "'redis://a,b:1,[::1]:2',        'redis://a:6379,b:1,[::1]:2/0'",
    "'rediss://u:p,@a,b',            'rediss://a:6379,b:6379/0'",
    "redis-sentinel://a/m,           redis-sentinel://a:26379/m/0",
    "'redis-sentinel://u:p@a,b:1/m/2?sentinel=v:q', 'redis-sentinel://a:26379,b:1/m/2'",
    "rediss-sentinel://:p@a/m.1-x_y/, rediss-sentinel://a:26379/m.1-x_y/0"
  })
  void hostPortAndDatabaseAreRead(String url, String read) {
    assertEquals(read, RedisUrl.parse(url).toString());
  }

  @ParameterizedTest
  @CsvSource({
    "redis://:sesame@h,              '',    sesame",
    "redis://u:sesame@h,             u,     sesame",
    "redis://u_1:a:b@h,              u_1,   a:b",
    "redis://:a@b@h_1:1/2,           '',    a@b",
    "redis://:@@h,                   '',    @",
    "redis://:p%40ss%2F%23%3F%25@h,  '',    p@ss/#?%",
    "redis://u%3A1:a+b%2Bc%20d@h,    u:1,   'a+b+c d'",
    "redis://:%C3%A4\u00e4@h,        '',    \u00e4\u00e4",
    "redis://:$^`{|}<>&*@h,          '',    $^`{|}<>&*",
    "redis://:[::1]:9@h,             '',    [::1]:9"
  })
  void userAndPasswordAreDecoded(String url, String user, String password) {
    RedisUrl read = RedisUrl.parse(url);
    assertEquals(Optional.of(user).filter(given -> !given.isEmpty()), read.login().user());
    assertEquals(Optional.of(password), read.login().password());
  }

  @Test
  void sentinelsHaveALoginOfTheirOwn() {
    RedisUrl read = RedisUrl.parse("rediss-sentinel://u:p@a/m/3?sentinel=v%40:q%2F");
    assertEquals(new Login(true, Optional.of("u"), Optional.of("p"), 3), read.login());
    assertEquals(new Login(true, Optional.of("v@"), Optional.of("q/"), 0), read.sentinelLogin());
    RedisUrl open = RedisUrl.parse("redis-sentinel://u:p@a/m");
    assertEquals(Optional.empty(), open.sentinelLogin().password());
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "redis-sentinel://a",
        "redis-sentinel://a/",
        "redis-sentinel://a/0/0/0",
        "redis-sentinel://a/m?sentinel=s3cr3t",
        "redis-sentinel://a/m?x=u:s3cr3t",
        "redis-sentinel://a,/m",
        "redis-sentinel://s3cr3t@a/m",
      })
  void refusesAnInvalidUrlOfSentinelsWithoutShowingIt(String url) {
    IllegalArgumentException e =
        assertThrows(IllegalArgumentException.class, () -> RedisUrl.parse(url));
    assertTrue(e.getMessage().startsWith("must be redis-sentinel://HOST:PORT"), e.getMessage());
    assertFalse(e.getMessage().contains("s3cr3t"), e.getMessage());
  }

  @Test
  void urlWithoutUserInformationHasNeitherUserNorPassword() {
    RedisUrl read = RedisUrl.parse("redis://h");
    assertEquals(Optional.empty(), read.login().user());
    assertEquals(Optional.empty(), read.login().password());
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "localhost",
        "localhost:6379",
        "http://localhost",
        "redis:localhost",
        "redis:/localhost",
        "redis://",
        "redis://:6379",
        "redis://a,",
        "redis://,a",
        "redis://a,b@c",
        "redis://a b",
        " redis://a",
        "redis://a ",
        "redis://a # s3cr3t",
        "redis://a#s3cr3t",
        "redis://a\ns3cr3t",
        "\"redis://a\"",
        "redis://a:0",
        "redis://a:65536",
        "redis://a:6379x",
        "redis://a:-1",
        "redis://a/x",
        "redis://a/-1",
        "redis://a/0/1",
        "redis://a/9999999999",
        "redis://a/0?db=1",
        "redis://a?timeout=1s",
        "redis://::1",
        "redis://[a]",
        "redis://[::1",
        "redis://%61",
        "redis://@a",
        "redis://:@a",
        "redis://s3cr3t:@a",
        "redis://s3cr3t@a",
        "redis://:s3cr3t%@a",
        "redis://:s3cr3t%zz@a",
        "redis://:s3cr3t%ff@a",
        "redis://:s3cr3t/x@a",
        "redis://:1/s3cr3t@a",
        "redis://:1#s3cr3t@a",
        "redis://u:1?s3cr3t@a",
        "redis://u:s3 cr3t@a",
        "redis://u:s3cr3t@",
        "redis://a:\u06f6\u06f3\u06f7\u06f9"
      })
  void refusesAnInvalidUrlWithoutShowingIt(String url) {
    IllegalArgumentException e =
        assertThrows(IllegalArgumentException.class, () -> RedisUrl.parse(url));
    assertTrue(e.getMessage().startsWith("must be redis://HOST:PORT/DATABASE"), e.getMessage());
    assertFalse(e.getMessage().contains("s3cr3t"), e.getMessage());
  }

  @Test
  void passwordAppearsInNoText() {
    RedisUrl url = RedisUrl.parse("redis://me:s3cr3t@h:1/2");
    assertEquals("redis://h:1/2", url.toString());
    assertEquals("Redis at h:1", url.server());
  }
}

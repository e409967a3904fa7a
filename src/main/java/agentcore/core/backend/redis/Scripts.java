package agentcore.core.backend.redis;

import agentcore.core.backend.redis.link.Script;

/** The Lua scripts: each makes one step atomic. */
final class Scripts {
  static final Script PUBLISH = Script.load("publish");
  static final Script OPEN = Script.load("open");
  static final Script READ = Script.load("read");
  static final Script UNREAD = Script.load("unread");
  static final Script SETS = Script.load("sets");
  static final Script SET = Script.load("set");
  static final Script UNSET = Script.load("unset");
  static final Script JOIN = Script.load("join");
  static final Script LEAVE = Script.load("leave");
  static final Script VERIFY = Script.load("verify");
  static final Script BROADCAST_PRESENCE = Script.load("broadcast_presence");
  static final Script BROADCAST = Script.load("broadcast");
  static final Script TAKE = Script.load("take");
  static final Script CREATE = Script.load("create");
  static final Script ADMIT = Script.load("admit");
  static final Script CLOSE = Script.load("close");
  static final Script FORGET = Script.load("forget");
  static final Script INVITE = Script.load("invite");
  static final Script RENEW = Script.load("renew");

  private Scripts() {}
}

// The emoji that can be written by name: one a line, the common ones first, each with its names.

export const TABLE = `
😄 smile
😃 smiley
😀 grinning
😁 grin beaming
😆 laughing satisfied
😅 sweat_smile
😂 joy tears_of_joy
🤣 rofl
🙂 slightly_smiling_face slight_smile
🙃 upside_down_face upside_down
😉 wink
😊 blush
😇 innocent angel_face
🥰 smiling_face_with_hearts
😍 heart_eyes
🤩 star_struck
😘 kissing_heart
😋 yum
😛 stuck_out_tongue
😜 stuck_out_tongue_winking_eye
🤪 zany_face
🤑 money_mouth_face
🤗 hugs hugging_face
🤭 hand_over_mouth
🤫 shushing_face
🤔 thinking thinking_face
🤐 zipper_mouth_face
🤨 raised_eyebrow
😐 neutral_face
😑 expressionless
😶 no_mouth
😏 smirk
😒 unamused
🙄 roll_eyes
😬 grimacing
🤥 lying_face
😌 relieved
😔 pensive
😪 sleepy
😴 sleeping
😷 mask
🤒 face_with_thermometer
🤕 face_with_head_bandage
🤢 nauseated_face
🤮 vomiting_face
🤧 sneezing_face
🥵 hot_face
🥶 cold_face
🥴 woozy_face
😵 dizzy_face
🤯 exploding_head mind_blown
🤠 cowboy_hat_face
🥳 partying_face
😎 sunglasses cool_face
🤓 nerd_face
🧐 monocle_face
😕 confused
😟 worried
🙁 slightly_frowning_face
☹️ frowning_face
😮 open_mouth
😯 hushed
😲 astonished
😳 flushed
🥺 pleading_face
😦 frowning
😧 anguished
😨 fearful
😰 cold_sweat
😥 disappointed_relieved
😢 cry
😭 sob
😱 scream
😖 confounded
😣 persevere
😞 disappointed
😓 sweat
😩 weary
😫 tired_face
🥱 yawning_face
😤 triumph
😡 rage pout
😠 angry
🤬 cursing_face
😈 smiling_imp
👿 imp
💀 skull
☠️ skull_and_crossbones
💩 poop hankey
🤡 clown_face
👻 ghost
👽 alien
🤖 robot robot_face
😺 smiley_cat
😸 smile_cat
😹 joy_cat
😻 heart_eyes_cat
🙀 scream_cat
😿 crying_cat_face
🙈 see_no_evil
🙉 hear_no_evil
🙊 speak_no_evil
👍 +1 thumbsup
👎 -1 thumbsdown
👏 clap
🙌 raised_hands
🙏 pray thank_you
🤝 handshake
👌 ok_hand
🤌 pinched_fingers
✌️ v victory_hand
🤞 crossed_fingers
🤟 love_you_gesture
🤘 metal
🤙 call_me_hand
👈 point_left
👉 point_right
👆 point_up_2
👇 point_down
☝️ point_up
✋ raised_hand hand
🤚 raised_back_of_hand
🖐️ raised_hand_with_fingers_splayed
🖖 vulcan_salute
👋 wave
💪 muscle
✍️ writing_hand
👀 eyes
👁️ eye
🧠 brain
🦷 tooth
👂 ear
👃 nose
👄 lips
👶 baby
🧒 child
👦 boy
👧 girl
👨 man
👩 woman
🧑 person adult
👴 older_man
👵 older_woman
🤷 shrug
🤦 facepalm
🙋 raising_hand
🙇 bow
💁 tipping_hand
🙅 no_good
🙆 ok_person
🏃 runner running
🚶 walking
💃 dancer
🕺 man_dancing
👮 police_officer cop
🕵️ detective
👷 construction_worker
🧙 mage wizard
🧟 zombie
🦸 superhero
❤️ heart
🧡 orange_heart
💛 yellow_heart
💚 green_heart
💙 blue_heart
💜 purple_heart
🖤 black_heart
🤍 white_heart
💔 broken_heart
💕 two_hearts
💖 sparkling_heart
💘 cupid
💯 100 hundred
💢 anger
💥 boom collision
💫 dizzy
💦 sweat_drops
💨 dash
💣 bomb
💬 speech_balloon
💭 thought_balloon
💤 zzz
🎉 tada party
🎊 confetti_ball
🎈 balloon
🎁 gift
🎂 birthday
🎄 christmas_tree
🎃 jack_o_lantern
🎆 fireworks
🎯 dart bullseye
🏆 trophy
🥇 1st_place_medal gold
🥈 2nd_place_medal silver
🥉 3rd_place_medal bronze
🏅 medal_sports
⚽ soccer
🏀 basketball
🏈 football
🎾 tennis
🏓 ping_pong
♟️ chess_pawn
🎮 video_game
🎲 game_die
🧩 jigsaw
🎨 art
🎬 clapper
🎤 microphone
🎧 headphones
🎵 musical_note
🎶 notes
🎸 guitar
🎹 musical_keyboard
🎺 trumpet
🎻 violin
🥁 drum
✅ white_check_mark check done
☑️ ballot_box_with_check
✔️ heavy_check_mark
❌ x cross
❎ negative_squared_cross_mark
➕ heavy_plus_sign
➖ heavy_minus_sign
❓ question
❔ grey_question
❗ exclamation
‼️ bangbang
⚠️ warning
🚫 no_entry_sign
⛔ no_entry
🛑 stop_sign
🆗 ok
🆘 sos
🆕 new
🆒 cool
🆓 free
🔴 red_circle
🟠 orange_circle
🟡 yellow_circle
🟢 green_circle
🔵 blue_circle
🟣 purple_circle
⚫ black_circle
⚪ white_circle
⬆️ arrow_up
⬇️ arrow_down
⬅️ arrow_left
➡️ arrow_right
🔄 arrows_counterclockwise
🔁 repeat
♻️ recycle
🔥 fire
⭐ star
🌟 star2
✨ sparkles
⚡ zap
☀️ sunny sun
🌤️ sun_behind_small_cloud
⛅ partly_sunny
☁️ cloud
🌧️ rain_cloud
⛈️ thunderstorm
❄️ snowflake
⛄ snowman
🌈 rainbow
☔ umbrella
🌊 ocean
🌍 earth_africa
🌎 earth_americas
🌏 earth_asia
🌙 crescent_moon moon
🌞 sun_with_face
🌱 seedling
🌲 evergreen_tree
🌳 deciduous_tree
🌴 palm_tree
🌵 cactus
🌹 rose
🌻 sunflower
🌷 tulip
🌸 cherry_blossom
💐 bouquet
🍀 four_leaf_clover
🍁 maple_leaf
🍂 fallen_leaf
🍄 mushroom
🐶 dog
🐱 cat
🐭 mouse
🐹 hamster
🐰 rabbit
🦊 fox
🐻 bear
🐼 panda
🐨 koala
🐯 tiger
🦁 lion
🐮 cow
🐷 pig
🐸 frog
🐵 monkey
🐔 chicken
🐧 penguin
🐦 bird
🦆 duck
🦉 owl
🐺 wolf
🐴 horse
🦄 unicorn
🐝 bee
🐛 bug
🦋 butterfly
🐌 snail
🐞 ladybug
🐜 ant
🕷️ spider
🐢 turtle
🐍 snake
🦖 t-rex
🐙 octopus
🦀 crab
🐠 tropical_fish
🐟 fish
🐬 dolphin
🐳 whale
🦈 shark
🐘 elephant
🦒 giraffe
🦥 sloth
🦔 hedgehog
☕ coffee
🍵 tea
🧋 bubble_tea
🍺 beer
🍻 beers cheers
🍷 wine_glass
🥂 clinking_glasses
🍸 cocktail
🍾 champagne
🥛 milk_glass
🍎 apple
🍐 pear
🍊 tangerine orange
🍋 lemon
🍌 banana
🍉 watermelon
🍇 grapes
🍓 strawberry
🍒 cherries
🍑 peach
🥝 kiwi_fruit
🍍 pineapple
🥑 avocado
🍅 tomato
🥕 carrot
🌽 corn
🌶️ hot_pepper
🥔 potato
🍞 bread
🥐 croissant
🧀 cheese
🥚 egg
🍳 fried_egg cooking
🥓 bacon
🍔 hamburger
🍟 fries
🍕 pizza
🌭 hotdog
🌮 taco
🌯 burrito
🥗 green_salad
🍝 spaghetti
🍜 ramen
🍣 sushi
🍚 rice
🍦 icecream
🍩 doughnut
🍪 cookie
🍰 cake
🍫 chocolate_bar
🍿 popcorn
🚀 rocket
🚗 car
🚕 taxi
🚌 bus
🚲 bike
🚂 train
✈️ airplane
🚢 ship
⛵ sailboat
🚑 ambulance
🚒 fire_engine
🚧 construction
🚦 traffic_light
🏠 house home
🏢 office
🏥 hospital
🏫 school
🏖️ beach
⛰️ mountain
🏕️ camping
⌚ watch
📱 iphone mobile
💻 computer laptop
⌨️ keyboard
🖥️ desktop_computer
🖨️ printer
💾 floppy_disk
📷 camera
📺 tv
📞 telephone_receiver phone
🔋 battery
🔌 electric_plug
💡 bulb idea
🔦 flashlight
💰 moneybag
💵 dollar
💳 credit_card
💎 gem
⚖️ balance_scale
🔧 wrench
🔨 hammer
🛠️ hammer_and_wrench
⚙️ gear
🔩 nut_and_bolt
🧰 toolbox
🧲 magnet
🧪 test_tube
🔬 microscope
🔭 telescope
💊 pill
💉 syringe
🔑 key
🔒 lock
🔓 unlock
🔔 bell
🔕 no_bell
🔍 mag search
📌 pushpin
📎 paperclip
✂️ scissors
📝 memo pencil
✏️ pencil2
📅 date calendar
📆 calendar_page
📈 chart_with_upwards_trend
📉 chart_with_downwards_trend
📊 bar_chart
📋 clipboard
📁 file_folder
📂 open_file_folder
🗑️ wastebasket trash
📦 package
📧 email
📨 incoming_envelope
📬 mailbox
📣 mega
📢 loudspeaker
📚 books
📖 book
🔖 bookmark
🔗 link
📰 newspaper
⏰ alarm_clock
⏳ hourglass
⏱️ stopwatch
🕐 clock1 clock
🧹 broom
🧯 fire_extinguisher
🛡️ shield
⚔️ crossed_swords
🔮 crystal_ball
🏁 checkered_flag
🚩 triangular_flag_on_post flag
🏳️ white_flag
🏴‍☠️ pirate_flag
🏳️‍🌈 rainbow_flag
`;

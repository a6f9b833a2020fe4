/// The ports and names behind `ServiceName`, read once from a compact text.
enum ServiceTable {
  static let tcp = ServiceNames("t", text)
  static let udp = ServiceNames("u", text)

  /// Port, transports (t for TCP, u for UDP), name.
  static let text = """
    7 tu echo
    9 tu discard
    13 tu daytime
    17 tu qotd
    19 tu chargen
    20 t ftp-data
    21 t ftp
    22 t ssh
    23 t telnet
    25 t smtp
    37 tu time
    43 t whois
    49 tu tacacs
    53 tu domain
    67 u bootps
    68 u bootpc
    69 u tftp
    79 t finger
    80 t http
    80 u http
    88 tu kerberos
    102 t iso-tsap
    110 t pop3
    111 tu sunrpc
    113 t ident
    119 t nntp
    123 u ntp
    135 tu epmap
    137 tu netbios-ns
    138 tu netbios-dgm
    139 tu netbios-ssn
    143 t imap
    161 tu snmp
    162 tu snmptrap
    179 t bgp
    194 t irc
    319 u ptp-event
    320 u ptp-general
    389 tu ldap
    427 tu svrloc
    443 tu https
    445 t microsoft-ds
    464 tu kpasswd
    465 t submissions
    500 u isakmp
    502 t modbus
    512 t exec
    513 t login
    514 t shell
    514 u syslog
    515 t printer
    517 u talk
    518 u ntalk
    520 u router
    521 u ripng
    540 t uucp
    543 t klogin
    544 t kshell
    546 u dhcpv6-client
    547 u dhcpv6-server
    548 t afpovertcp
    554 t rtsp
    563 t nntps
    587 t submission
    593 t http-rpc-epmap
    601 t syslog-conn
    623 u asf-rmcp
    631 tu ipp
    636 t ldaps
    639 t msdp
    646 tu ldp
    691 t msexch-routing
    694 u ha-cluster
    700 t epp
    749 t kerberos-adm
    750 u kerberos-iv
    784 u bfd-multi-ctl
    830 t netconf-ssh
    843 t flash-policy
    853 tu domain-s
    860 t iscsi
    873 t rsync
    902 t vmware-auth
    989 t ftps-data
    990 t ftps
    992 t telnets
    993 t imaps
    994 t ircs
    995 t pop3s
    1080 t socks
    1099 t rmiregistry
    1194 tu openvpn
    1241 t nessus
    1414 t ibm-mqseries
    1433 t ms-sql-s
    1434 u ms-sql-m
    1494 t ica
    1521 t oracle
    1701 u l2tp
    1723 t pptp
    1812 tu radius
    1813 tu radius-acct
    1883 t mqtt
    1900 u ssdp
    1935 t rtmp
    1985 u hsrp
    2000 t cisco-sccp
    2049 tu nfs
    2082 t cpanel
    2083 t radsec
    2123 u gtp-control
    2152 u gtp-user
    2181 t zookeeper
    2375 t docker
    2376 t docker-s
    2377 t swarm
    2379 t etcd-client
    2380 t etcd-server
    2404 t iec-104
    2427 u mgcp-gateway
    2525 t smtp-alt
    2575 t hl7
    2598 t citrixcgp
    2775 t smpp
    2947 t gpsd
    3050 t gds-db
    3128 t squid-http
    3222 u glbp
    3225 t fcip
    3260 t iscsi-target
    3268 t msft-gc
    3269 t msft-gc-ssl
    3283 tu net-assistant
    3306 t mysql
    3389 tu ms-wbt-server
    3391 u rdp-gateway
    3478 tu stun
    3493 t nut
    3544 u teredo
    3632 t distcc
    3689 t daap
    3690 t svn
    3702 u ws-discovery
    3784 u bfd-control
    3785 u bfd-echo
    3868 t diameter
    4222 t nats
    4369 t epmd
    4500 u ipsec-nat-t
    4739 tu ipfix
    4789 u vxlan
    4840 t opcua-tcp
    4843 t opcua-tls
    5004 u avt-profile-1
    5005 u avt-profile-2
    5044 t beats
    5060 tu sip
    5061 t sips
    5201 tu iperf3
    5222 t xmpp-client
    5246 u capwap-control
    5247 u capwap-data
    5269 t xmpp-server
    5349 tu stuns
    5351 u nat-pmp
    5353 u mdns
    5355 tu llmnr
    5432 t postgresql
    5601 t kibana
    5666 t nrpe
    5671 t amqps
    5672 t amqp
    5683 tu coap
    5684 tu coaps
    5900 t rfb
    5938 tu teamviewer
    5984 t couchdb
    5985 t wsman
    5986 t wsmans
    6000 t x11
    6081 u geneve
    6343 u sflow
    6379 t redis
    6432 t pgbouncer
    6443 t kubernetes
    6514 t syslog-tls
    6640 t ovsdb
    6653 t openflow
    6660 t irc-alt
    6667 t ircu
    6697 t ircs-u
    6881 tu bittorrent
    7000 t afs3-fileserver
    7001 t afs3-callback
    7077 t spark
    7474 t neo4j
    7687 t bolt
    7946 tu swarm-gossip
    8009 t ajp
    8080 t http-alt
    8086 t influxdb
    8125 u statsd
    8161 t activemq-web
    8200 t vault
    8291 t winbox
    8300 t consul-rpc
    8301 tu consul-serf
    8333 t bitcoin
    8443 t pcsync-https
    8472 u otv
    8500 t consul
    8530 t wsus
    8554 t rtsp-alt
    8600 tu consul-dns
    8649 tu ganglia
    8883 t secure-mqtt
    9001 t tor-or
    9042 t cassandra
    9050 t tor-socks
    9090 t websm
    9092 t kafka
    9093 t kafka-tls
    9100 t pdl-datastream
    9160 t cassandra-thrift
    9200 t elasticsearch
    9300 t elasticsearch-node
    9418 t git
    9443 t tungsten-https
    9996 u netflow
    10000 t ndmp
    10050 t zabbix-agent
    10051 t zabbix-trapper
    10250 t kubelet
    11211 tu memcache
    11371 t hkp
    15672 t rabbitmq-web
    16379 t redis-cluster
    17500 u dropbox-lan
    19132 u minecraft-bedrock
    20000 tu dnp
    25565 t minecraft
    25672 t rabbitmq-dist
    26257 t cockroachdb
    27017 t mongodb
    27018 t mongodb-shard
    27960 u quake3
    28015 t rethinkdb
    32400 t plex
    33434 u traceroute
    41641 u tailscale
    44818 tu ethernet-ip
    47808 u bacnet
    50051 t grpc
    51820 u wireguard
    61616 t activemq
    """
}

/// The names of one transport's ports, found without hashing.
struct ServiceNames: Sendable {
  private var names: [String] = []
  /// For every port the place of its name, counted from 1; 0 without one.
  private var places = [UInt16](repeating: 0, count: 65_536)

  init(_ transport: Character, _ text: String) {
    for line in text.split(separator: "\n") {
      let fields = line.split(separator: " ")
      guard fields.count == 3, let port = UInt16(fields[0]), fields[1].contains(transport) else {
        continue
      }
      names.append(String(fields[2]))
      places[Int(port)] = UInt16(names.count)
    }
  }

  /// How many ports have a name.
  var count: Int { names.count }

  subscript(port: UInt16) -> String? {
    let place = Int(places[Int(port)])
    return place == 0 ? nil : names[place - 1]
  }
}
